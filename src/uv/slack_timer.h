#pragma once
// A one-shot timer that may fire early, by at most its slack: it fires in the first loop
// iteration of the last `slack_ms` of the delay, or at the end of the delay if there is none. A
// periodic task that uses it does not add a wake-up to a loop that is awake at that time anyway.

#include <cstdint>
#include <functional>

#include "uv/iteration_hook.h"
#include "uv/timer.h"

namespace hermod::uv {

class SlackTimer {
 public:
  SlackTimer(uv_loop_t* loop, uint64_t slack_ms, std::function<void()> on_fired);

  void start(uint64_t after_ms);  // starts or restarts it; precondition: after_ms >= slack_ms
  void stop() { timer_.stop(); }
  bool active() const { return timer_.active(); }

 private:
  void on_iteration();

  uint64_t slack_ms_;
  int64_t early_us_ = 0;  // from this time on, a loop iteration may fire the timer
  std::function<void()> on_fired_;
  Timer timer_;
  IterationHook iteration_hook_;
};

}  // namespace hermod::uv
