#pragma once
// Watches one descriptor, which it does not own, for readiness. The destructor removes the
// descriptor from the loop at once, so it may then be closed or passed on to libwebsockets.

#include <functional>

#include "base/flags.h"
#include "hermod/result.h"
#include "uv/handle.h"

namespace hermod::uv {

enum class Ready : unsigned { kNone = 0, kReadable = 1, kWritable = 2, kError = 4 };

class Poll {
 public:
  // `on_ready` is called with the events that are ready. kError: the descriptor failed; a read
  // returns the error.
  Poll(uv_loop_t* loop, int fd, std::function<void(Ready)> on_ready);
  Poll(const Poll&) = delete;
  Poll& operator=(const Poll&) = delete;

  // False if libuv cannot watch the descriptor: it is not pollable, or already watched.
  bool usable() const { return usable_; }

  // Watches for `interest` from now on; kNone stops. A call without a change costs nothing. A
  // change costs two epoll_ctl() calls in libuv 1.44.
  void watch(Ready interest);

  static bool made(const uv_poll_s* handle);  // whether a Poll owns this handle

 private:
  static void ready_cb(uv_poll_s* handle, int status, int events) noexcept;

  std::function<void(Ready)> on_ready_;
  Handle<uv_poll_s> handle_;
  Ready interest_ = Ready::kNone;
  bool usable_ = false;
};

}  // namespace hermod::uv

namespace hermod {
template <>
struct IsFlags<uv::Ready> : std::true_type {};
}  // namespace hermod
