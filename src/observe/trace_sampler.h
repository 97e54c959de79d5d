#pragma once
// Which traces are kept, by the names that OpenTelemetry gives to OTEL_TRACES_SAMPLER.

#include <cstdint>
#include <string_view>

#include "base/trace_context.h"
#include "hermod/result.h"

namespace hermod {

class TraceSampler {
 public:
  // `name`: always_on, always_off, traceidratio or parentbased_ before one of them. `argument`
  // (OTEL_TRACES_SAMPLER_ARG): the share from 0 to 1 that traceidratio keeps; empty is all.
  static Result<TraceSampler> parse(std::string_view name, std::string_view argument);

  // `parent` null: the first span of `trace`. The share is told from the trace's id alone, so every
  // service with the same share keeps the same traces.
  bool keeps(TraceId trace, const TraceContext& parent) const;

 private:
  bool parent_based_ = false;
  uint64_t below_ = 0;  // of 2^63: what the id's last 63 bits stay under in a trace that is kept
};

}  // namespace hermod
