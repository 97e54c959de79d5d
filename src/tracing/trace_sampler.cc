#include "tracing/trace_sampler.h"

#include <string>

#include "base/configuration_error.h"
#include "base/parse.h"

namespace hermod {
namespace {

constexpr uint64_t kAll = uint64_t{1} << 63;
constexpr std::string_view kParentBased = "parentbased_";

Result<uint64_t> parse_share(std::string_view text) {
  if (text.empty()) return kAll;
  const auto share = parse_number<double>(text);
  if (!share || !(*share >= 0 && *share <= 1)) {
    return configuration_error("OTEL_TRACES_SAMPLER_ARG must be a ratio from 0 to 1, such as 0.25");
  }
  return static_cast<uint64_t>(*share * static_cast<double>(kAll));
}

}  // namespace

Result<TraceSampler> TraceSampler::parse(std::string_view name, std::string_view argument) {
  TraceSampler sampler;
  if (name.starts_with(kParentBased)) {
    sampler.parent_based_ = true;
    name.remove_prefix(kParentBased.size());
  }
  if (name == "always_on") {
    sampler.below_ = kAll;
  } else if (name == "traceidratio") {
    auto share = parse_share(argument);
    if (!share) return share.error();
    sampler.below_ = share.value();
  } else if (name != "always_off") {
    return configuration_error(
        "OTEL_TRACES_SAMPLER must be always_on, always_off or traceidratio, optionally with the "
        "prefix "
        "parentbased_");
  }
  return sampler;
}

bool TraceSampler::keeps(TraceId trace, const TraceContext& parent) const {
  if (parent_based_ && parent) return parent.sampled;
  return (trace.low & (kAll - 1)) < below_;
}

}  // namespace hermod
