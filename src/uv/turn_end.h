#pragma once
// Calls back twice a turn of the loop: after the timers and before it waits, and after the
// descriptors were served. What was collected meanwhile goes out then, with no system call of its
// own and without keeping the loop awake or alive.

#include <functional>

#include "uv/handle.h"

namespace hermod::uv {

class TurnEnd {
 public:
  TurnEnd(uv_loop_t* loop, std::function<void()> on_turn_end);
  TurnEnd(const TurnEnd&) = delete;
  TurnEnd& operator=(const TurnEnd&) = delete;

 private:
  static void prepare_cb(uv_prepare_s* handle) noexcept;
  static void check_cb(uv_check_s* handle) noexcept;

  std::function<void()> on_turn_end_;
  Handle<uv_prepare_s> prepare_;
  Handle<uv_check_s> check_;
};

}  // namespace hermod::uv
