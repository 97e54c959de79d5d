#pragma once
// Notices that the process did not run for some seconds: it was stopped, its machine was suspended,
// or the loop was blocked. The steady time jumps then. RedisBus owns it.

#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "uv/slack_timer.h"

namespace hermod {

class SuspensionWatch {
 public:
  static constexpr int64_t kJumpMs = 5000;

  SuspensionWatch(uv_loop_t* loop, const Clock& clock, std::function<void()> on_suspended);

  void start();
  void stop() { timer_.stop(); }

  // Calls `on_suspended` if the time has jumped since the last check. Also called once a second.
  void check();

 private:
  void tick();

  const Clock& clock_;
  std::function<void()> on_suspended_;
  int64_t checked_ms_ = 0;  // steady; 0: not started
  uv::SlackTimer timer_;
};

}  // namespace hermod
