#pragma once
// Readiness of one descriptor that somebody else owns. Destruction takes the descriptor out of the
// loop at once, so it may be closed or handed on (to libwebsockets, say) right after.

#include <functional>

#include "base/flags.h"
#include "hermod/result.h"
#include "uv/handle.h"

namespace hermod::uv {

enum class Ready : unsigned { kNone = 0, kReadable = 1, kWritable = 2, kError = 4 };

class Poll {
 public:
  // `on_ready` gets what is ready; kError means that the descriptor is broken: read it to learn
  // why.
  Poll(uv_loop_t* loop, int fd, std::function<void(Ready)> on_ready);
  Poll(const Poll&) = delete;
  Poll& operator=(const Poll&) = delete;

  // False when libuv cannot watch this descriptor (not pollable, or watched already).
  bool usable() const { return usable_; }

  // Waits for `interest` from now on (kNone stops). A call that changes nothing costs nothing; one
  // that does costs two epoll_ctl in libuv 1.44.
  void watch(Ready interest);

  static bool made(const uv_poll_s* handle);  // it was started by one of these

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
