#pragma once
// Decides which traces are recorded, by the samplers that OpenTelemetry defines for
// OTEL_TRACES_SAMPLER.

#include <cstdint>
#include <string_view>

#include "base/trace_context.h"
#include "hermod/result.h"

namespace hermod {

class TraceSampler {
 public:
  // `name`: always_on, always_off or traceidratio, optionally with the prefix parentbased_.
  // `argument` (OTEL_TRACES_SAMPLER_ARG): the ratio from 0 to 1 that traceidratio records; empty:
  // 1. Error: kConfiguration.
  static Result<TraceSampler> parse(std::string_view name, std::string_view argument);

  // `parent` null: the root span of `trace`. The decision depends only on the id of the trace, so
  // all services with the same ratio record the same traces.
  bool keeps(TraceId trace, const TraceContext& parent) const;

 private:
  bool parent_based_ = false;
  uint64_t below_ = 0;  // recorded if the last 63 bits of the id are less than this
};

}  // namespace hermod
