#pragma once
// Calls back twice a turn of the loop: after the timers and before it waits, and after the
// descriptors were served. What was collected meanwhile goes out then, with no system call of its
// own and without keeping the loop awake or alive.

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
