#include "uv/timer.h"

#include <uv.h>

#include <cassert>
#include <utility>

#include "uv/must.h"

namespace hermod::uv {

Timer::Timer(uv_loop_t* loop, std::function<void()> on_fired)
    : on_fired_(std::move(on_fired)), handle_(new uv_timer_t) {
  assert(on_fired_ != nullptr);
  must(uv_timer_init(loop, handle_.get()));
  handle_->data = this;
}

void Timer::start(uint64_t after_ms, uint64_t repeat_ms) {
  uv_update_time(handle_->loop);
  must(uv_timer_start(handle_.get(), fired_cb, after_ms, repeat_ms));
}

void Timer::stop() {
  uv_timer_stop(handle_.get());
}

bool Timer::active() const {
  return uv_is_active(reinterpret_cast<uv_handle_t*>(handle_.get())) != 0;
}

void Timer::unref() {
  uv_unref(reinterpret_cast<uv_handle_t*>(handle_.get()));
}

void Timer::fired_cb(uv_timer_t* handle) noexcept {
  static_cast<Timer*>(handle->data)->on_fired_();
}

bool Timer::made(const uv_timer_t* handle) {
  return handle->timer_cb == fired_cb;
}

}  // namespace hermod::uv
