#pragma once
// The simulated faults of a shard of MemoryBus: an outage and the loss of all data. A fault is
// requested at any time and reported to the listener once, in a later loop iteration. Owned by
// MemoryShards.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bus/bus.h"

namespace hermod {

class MemoryFaults {
 public:
  void go_down(std::string_view reason);
  void come_up() { down_ = false; }
  void lose_memory();

  bool down() const { return down_; }
  bool had_outage() const { return outages_ > 0; }
  const std::string& reason() const { return reason_; }  // of the outage; empty: it is over

  // The changes that the listener does not know yet; each is returned once.
  bool take_memory_loss() { return std::exchange(memory_lost_, false); }
  std::optional<BusState> take_state();

  // Sets the state of the shard, and adds to the counters of the bus.
  void fill(ShardStatus& shard, BusStatus& bus) const;

 private:
  bool down_ = false;
  std::optional<BusState> reported_;  // none: nothing was reported yet
  bool memory_lost_ = false;          // not reported yet
  std::string reason_ = "not started yet";
  uint64_t outages_ = 0;
  uint64_t memory_losses_ = 0;
};

}  // namespace hermod
