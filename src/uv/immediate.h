#pragma once
// One call on the next turn of the loop, for work that must not happen inside the present call: the
// `done` of a close, the rest of a drain whose budget was used up. Asking again before it came is
// one call.

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

  static bool made(const uv_idle_s* handle);  // it was started by one of these

 private:
  static void idle_cb(uv_idle_s* handle) noexcept;

  std::function<void()> callback_;
  Handle<uv_idle_s> handle_;
};

}  // namespace hermod::uv
