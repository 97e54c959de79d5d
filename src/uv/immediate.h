#pragma once
// Schedules one call in the next loop iteration, for work that must not happen inside the current
// call: the completion of a close(), the rest of a drain whose budget is spent. Further requests
// before the call are merged into it.

#include <functional>

#include "uv/handle.h"

namespace hermod::uv {

class Immediate {
 public:
  Immediate(uv_loop_t* loop, std::function<void()> callback);
  Immediate(const Immediate&) = delete;
  Immediate& operator=(const Immediate&) = delete;

  void ask();
  void cancel();

  static bool made(const uv_idle_s* handle);  // whether an Immediate owns this handle

 private:
  static void idle_cb(uv_idle_s* handle) noexcept;

  std::function<void()> callback_;
  Handle<uv_idle_s> handle_;
};

}  // namespace hermod::uv
