#pragma once
// Calls back twice per loop iteration: after the timers and before the loop blocks, and after I/O
// events were handled. Components use it to write once what they collected in the iteration. It
// makes no system call, and neither wakes the loop nor keeps it alive.

#include <functional>

#include "uv/handle.h"

namespace hermod::uv {

class IterationHook {
 public:
  IterationHook(uv_loop_t* loop, std::function<void()> on_iteration_end);
  IterationHook(const IterationHook&) = delete;
  IterationHook& operator=(const IterationHook&) = delete;

 private:
  static void prepare_cb(uv_prepare_s* handle) noexcept;
  static void check_cb(uv_check_s* handle) noexcept;

  std::function<void()> on_iteration_end_;
  Handle<uv_prepare_s> prepare_;
  Handle<uv_check_s> check_;
};

}  // namespace hermod::uv
