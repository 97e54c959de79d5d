#include "ws/inflow.h"

#include <algorithm>
#include <utility>

namespace hermod {
namespace {

constexpr uint64_t kUnitBytes = 64;

}  // namespace

void Inflow::begin(uint64_t received_bytes, int64_t now_ms) {
  units_ = static_cast<uint32_t>(received_bytes / kUnitBytes);
  used_until_ms_ = static_cast<uint32_t>(now_ms);
}

bool Inflow::admit(uint64_t received_bytes, int64_t now_ms, const InboundLimits& limits) {
  const auto units = static_cast<uint32_t>(received_bytes / kUnitBytes);
  const uint64_t came = uint64_t{units - std::exchange(units_, units)} * kUnitBytes;
  // The allowance used, in milliseconds from now; negative if some is left.
  const int64_t used_ms =
      static_cast<int64_t>(came * 1000 / limits.bytes_per_second) - idle_ms(now_ms);
  used_until_ms_ = static_cast<uint32_t>(now_ms + std::clamp<int64_t>(used_ms, 0, INT32_MAX / 2));
  return used_ms <= limits.burst_ms;
}

}  // namespace hermod
