#include "uv/immediate.h"

#include <uv.h>

#include <cassert>
#include <utility>

#include "uv/must.h"

namespace hermod::uv {

// An idle handle: it runs once per iteration and keeps the loop from blocking. A timer of 0 ms is
// not an alternative: libuv before 1.45 runs a timer that is restarted in its own callback at once,
// which starves all other handles.
Immediate::Immediate(uv_loop_t* loop, std::function<void()> callback)
    : callback_(std::move(callback)), handle_(new uv_idle_t) {
  assert(callback_ != nullptr);
  must(uv_idle_init(loop, handle_.get()));
  handle_->data = this;
}

void Immediate::ask() {
  must(uv_idle_start(handle_.get(), idle_cb));
}

void Immediate::cancel() {
  uv_idle_stop(handle_.get());
}

void Immediate::idle_cb(uv_idle_t* handle) noexcept {
  uv_idle_stop(handle);
  static_cast<Immediate*>(handle->data)->callback_();
}

bool Immediate::made(const uv_idle_t* handle) {
  return handle->idle_cb == idle_cb;
}

}  // namespace hermod::uv
