#pragma once
// The presence events of a MemoryBus, from the leases and records of a MemoryPresence. Off without
// a listener. Owned by MemoryBus.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "bus/memory_presence.h"
#include "bus/presence.h"
#include "bus/presence_delays.h"

namespace hermod {

class MemoryPresenceEvents {
 public:
  struct Dependencies {
    uv_loop_t* loop;
    const Clock& clock;
    MemoryPresence& presence;
    std::string process;
    uint64_t grace_ms;
    // Whether the shard of the user is unavailable: then the user is looked at again later.
    std::function<bool(std::string_view user)> down;
  };

  explicit MemoryPresenceEvents(Dependencies dependencies);

  void report_to(PresenceListener* listener) { listener_ = listener; }
  void start();  // looks at all users, in the next loop iteration
  void on_lease(std::string_view user) { look_at({user, uses_.grace_ms}); }
  void on_sweep(std::string_view process);  // its leases were removed
  void settle(const PresenceEvent& event, PresenceOutcome outcome);
  void close();  // the leases of this process were removed

 private:
  struct Look {
    std::string_view user;
    uint64_t grace_ms;
    std::string_view repeats = {};
  };

  void look_at(const Look& look);

  Dependencies uses_;
  PresenceListener* listener_ = nullptr;
  PresenceDelays delays_;
};

}  // namespace hermod
