#pragma once
// The presence calls that wait for their time: looks at users whose last connection ended, and
// calls that are repeated. Owned by a bus.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>

#include "base/clock.h"
#include "bus/presence.h"
#include "uv/timer.h"

namespace hermod {

class PresenceDelays {
 public:
  // Calls `due` with each call at its time, for a bounded number in each loop iteration.
  PresenceDelays(uv_loop_t* loop, const Clock& clock, std::function<void(PresenceCall)> due);

  void add(PresenceCall call, int64_t delay_ms);
  size_t size() const { return waiting_.size(); }
  void stop();  // forgets the calls, and those that are added later

 private:
  void start_timer();
  void fire();

  const Clock& clock_;
  std::function<void(PresenceCall)> due_;
  std::multimap<int64_t, PresenceCall> waiting_;  // by the steady time
  bool stopped_ = false;
  uv::Timer timer_;  // of the first one
};

}  // namespace hermod
