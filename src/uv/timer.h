#pragma once
// One uv timer with a callback. Never fires after stop() or destruction. Milliseconds throughout.

#include <cstdint>
#include <functional>

#include "uv/handle.h"

namespace hermod::uv {

class Timer {
 public:
  Timer(uv_loop_t* loop, std::function<void()> on_fired);
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Restarts a running timer. repeat_ms 0 fires once. `after_ms` counts from now, not from the
  // turn's start.
  void start(uint64_t after_ms, uint64_t repeat_ms = 0);
  void stop();
  bool active() const;
  void unref();  // does not keep the loop alive from here on

  static bool made(const uv_timer_s* handle);  // it was started by one of these

 private:
  static void fired_cb(uv_timer_s* handle) noexcept;

  std::function<void()> on_fired_;
  Handle<uv_timer_s> handle_;
};

}  // namespace hermod::uv
