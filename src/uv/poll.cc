#include "uv/poll.h"

#include <uv.h>

#include <cassert>
#include <utility>

#include "uv/must.h"

namespace hermod::uv {

Poll::Poll(uv_loop_t* loop, int fd, std::function<void(Ready)> on_ready)
    : on_ready_(std::move(on_ready)) {
  assert(on_ready_ != nullptr);
  auto* handle = new uv_poll_t;
  if (uv_poll_init(loop, handle, fd) != 0) {
    delete handle;  // not initialized, so there is nothing to close
    return;
  }
  handle->data = this;
  handle_.reset(handle);
  usable_ = true;
}

void Poll::watch(Ready interest) {
  assert(!has(interest, Ready::kError));  // always reported
  if (interest == interest_ || !usable_) return;
  interest_ = interest;
  if (interest == Ready::kNone) {
    uv_poll_stop(handle_.get());
    return;
  }
  int events = 0;
  if (has(interest, Ready::kReadable)) events |= UV_READABLE;
  if (has(interest, Ready::kWritable)) events |= UV_WRITABLE;
  must(uv_poll_start(handle_.get(), events, ready_cb));
}

void Poll::ready_cb(uv_poll_t* handle, int status, int events) noexcept {
  auto* self = static_cast<Poll*>(handle->data);
  Ready ready = Ready::kNone;
  if (status < 0) {
    self->interest_ = Ready::kNone;  // libuv has stopped the poll
    ready = ready | Ready::kError;
  }
  if ((events & UV_READABLE) != 0) ready = ready | Ready::kReadable;
  if ((events & UV_WRITABLE) != 0) ready = ready | Ready::kWritable;
  self->on_ready_(ready);
}

bool Poll::made(const uv_poll_t* handle) {
  return handle->poll_cb == ready_cb;
}

}  // namespace hermod::uv
