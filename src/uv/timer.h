#pragma once
// A libuv timer with a callback. It never fires after stop() or destruction. All times are in
// milliseconds.

#include <cstdint>
#include <functional>

#include "uv/handle.h"

namespace hermod::uv {

class Timer {
 public:
  Timer(uv_loop_t* loop, std::function<void()> on_fired);
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Starts or restarts the timer. `repeat_ms` 0: it fires once. `after_ms` counts from now, not
  // from the start of the loop iteration.
  void start(uint64_t after_ms, uint64_t repeat_ms = 0);
  void stop();
  bool active() const;
  void unref();  // the timer no longer keeps the loop alive

  static bool made(const uv_timer_s* handle);  // whether a Timer owns this handle

 private:
  static void fired_cb(uv_timer_s* handle) noexcept;

  std::function<void()> on_fired_;
  Handle<uv_timer_s> handle_;
};

}  // namespace hermod::uv
