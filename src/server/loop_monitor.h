#pragma once
// Measures the loop, and throttles it if the loop is hermod's own. Owned by the server.

#include "base/clock.h"
#include "base/recent_max.h"
#include "hermod/stats.h"
#include "uv/loop_latency_meter.h"
#include "uv/loop_throttle.h"

namespace hermod {

class LoopMonitor {
 public:
  enum class Loop { kOwn, kShared };  // a shared loop is not throttled

  LoopMonitor(uv_loop_t* loop, Loop ownership, const Clock& clock, Stats& stats);

  // The longest iteration of the last 10 to 20 seconds.
  double longest_iteration_seconds() const;

 private:
  void on_iteration(uint64_t busy_ns);

  const Clock& clock_;
  Stats& stats_;
  RecentMax longest_seconds_;
  uv::LoopLatencyMeter latency_meter_;
  uv::LoopThrottle throttle_;
};

}  // namespace hermod
