#pragma once
// Calls back on the loop when the process receives a POSIX signal. Does not keep the loop alive.

#include <functional>

#include "uv/handle.h"

namespace hermod::uv {

class Signal {
 public:
  // Throws std::system_error if the signal cannot be watched, for example without a free
  // descriptor.
  Signal(uv_loop_t* loop, int number, std::function<void()> on_signal);
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

 private:
  static void signal_cb(uv_signal_s* handle, int number) noexcept;

  std::function<void()> on_signal_;
  Handle<uv_signal_s> handle_;
};

}  // namespace hermod::uv
