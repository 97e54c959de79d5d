#include "uv/unref_all.h"

#include <uv.h>

#include "uv/immediate.h"
#include "uv/poll.h"
#include "uv/timer.h"

namespace hermod::uv {
namespace {

bool is_ours(const uv_handle_t* handle) {
  switch (handle->type) {
    case UV_TIMER:
      return Timer::made(reinterpret_cast<const uv_timer_t*>(handle));
    case UV_POLL:
      return Poll::made(reinterpret_cast<const uv_poll_t*>(handle));
    case UV_IDLE:
      return Immediate::made(reinterpret_cast<const uv_idle_t*>(handle));
    default:
      return false;  // the handles of IterationHook never keep the loop alive
  }
}

}  // namespace

UnrefAll::UnrefAll(uv_loop_t* loop)
    : loop_(loop), iteration_hook_(loop, [this] {
        if (begun_) walk();
      }) {}

void UnrefAll::include(int fd, const void* data) {
  struct Search {
    int fd;
    PollCallback found;
  } search{fd, nullptr};
  uv_walk(
      loop_,
      [](uv_handle_t* handle, void* arg) {
        auto* wanted = static_cast<Search*>(arg);
        uv_os_fd_t polled = -1;
        if (handle->type != UV_POLL || uv_fileno(handle, &polled) != 0) return;
        if (polled == wanted->fd) wanted->found = reinterpret_cast<uv_poll_t*>(handle)->poll_cb;
      },
      &search);
  library_poll_ = search.found;
  library_data_ = data;
}

void UnrefAll::begin() {
  begun_ = true;
  walk();
}

void UnrefAll::walk() {
  uv_walk(
      loop_,
      [](uv_handle_t* handle, void* arg) {
        const auto* self = static_cast<UnrefAll*>(arg);
        const bool library = handle->data != nullptr && handle->data == self->library_data_;
        const bool library_poll =
            handle->type == UV_POLL && self->library_poll_ != nullptr &&
            reinterpret_cast<uv_poll_t*>(handle)->poll_cb == self->library_poll_;
        if (library || library_poll || is_ours(handle)) uv_unref(handle);
      },
      this);
}

}  // namespace hermod::uv
