#include "uv/signal.h"

#include <uv.h>

namespace hermod::uv {

Signal::Signal(uv_loop_t* loop, int number, std::function<void()> on_signal)
    : on_signal_(std::move(on_signal)), handle_(new uv_signal_t) {
  uv_signal_init(loop, handle_.get());
  handle_->data = this;
  uv_signal_start(handle_.get(), signal_cb, number);
  uv_unref(reinterpret_cast<uv_handle_t*>(handle_.get()));
}

void Signal::signal_cb(uv_signal_t* handle, int /*number*/) noexcept {
  static_cast<Signal*>(handle->data)->on_signal_();
}

}  // namespace hermod::uv
