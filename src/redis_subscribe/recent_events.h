#pragma once
// The events that this process received live from one shard within the last seconds. After a
// failover of the shard, an event that was received but not replicated may be routed again, under a
// new stream id; this memory recognizes it. Before a failover, nothing is looked up. The shard owns
// it.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"

namespace hermod {

class RecentEvents {
 public:
  static constexpr size_t kEventsMax = 65'536;      // that are remembered; older ones are forgotten
  static constexpr int64_t kRememberedMs = 10'000;  // before the newest event
  static constexpr int64_t kLookedUpMs = 60'000;    // after a failover

  explicit RecentEvents(const Clock& clock) : clock_(clock) {}

  // The event was received live. A `hash` of 0 is unknown and is not remembered.
  void add(std::string_view user, uint64_t hash);

  // The link to the shard was lost, or it leads to another server now: from now on, the events
  // received before are looked up. Call it before the first message from the other server.
  void on_failover();

  // The steady time at which the event was first received live before the failover. None: it was
  // not, or there was no failover in the last minute. Only connections of the user that were live
  // at that time have the event.
  std::optional<int64_t> received_ms(std::string_view user, uint64_t hash) const;
  bool is_repeat(std::string_view user, uint64_t hash) const {
    return received_ms(user, hash).has_value();
  }

  size_t size() const { return recent_.size() + before_.size(); }

 private:
  struct Event {
    uint64_t key;  // of the user and the hash
    int64_t at_ms;
  };

  bool looks_up() const { return clock_.steady_ms() < looked_up_until_ms_; }

  const Clock& clock_;
  std::deque<Event> recent_;                      // since the last failover, oldest first
  std::unordered_map<uint64_t, int64_t> before_;  // key -> time; of the time before the failover
  int64_t looked_up_until_ms_ = 0;
};

}  // namespace hermod
