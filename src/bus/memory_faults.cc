#include "bus/memory_faults.h"

#include <cassert>

namespace hermod {

void MemoryFaults::go_down(std::string_view reason) {
  if (std::exchange(down_, true)) return;
  ++outages_;
  reason_ = reason;
}

void MemoryFaults::lose_memory() {
  ++memory_losses_;
  memory_lost_ = true;
}

// An outage before the first report is not reported: the listener knows of no connection yet.
std::optional<BusState> MemoryFaults::take_state() {
  const BusState state = down_ ? BusState::kDown : BusState::kUp;
  if (reported_ == state || (down_ && !reported_)) return std::nullopt;
  reported_ = state;
  if (!down_) reason_.clear();
  return state;
}

void MemoryFaults::fill(ShardStatus& shard, BusStatus& bus) const {
  assert(!down_ || outages_ > 0);
  shard.up = reported_ == BusState::kUp && !down_;
  shard.reason = reason_;
  bus.reconnects += outages_ - (down_ ? 1 : 0);
  bus.memory_losses += memory_losses_;
}

}  // namespace hermod
