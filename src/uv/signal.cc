#include "uv/signal.h"

#include <uv.h>

#include <cassert>
#include <string>
#include <system_error>
#include <utility>

namespace hermod::uv {

Signal::Signal(uv_loop_t* loop, int number, std::function<void()> on_signal)
    : on_signal_(std::move(on_signal)) {
  assert(on_signal_ != nullptr);
  const auto check = [number](int status) {
    if (status == 0) return;
    throw std::system_error(-status, std::generic_category(),
                            "signal " + std::to_string(number) + " cannot be watched");
  };
  auto handle = std::make_unique<uv_signal_t>();  // must not be closed before it is initialized
  check(uv_signal_init(loop, handle.get()));
  handle_.reset(handle.release());
  handle_->data = this;
  check(uv_signal_start(handle_.get(), signal_cb, number));
  uv_unref(reinterpret_cast<uv_handle_t*>(handle_.get()));
}

void Signal::signal_cb(uv_signal_t* handle, int /*number*/) noexcept {
  static_cast<Signal*>(handle->data)->on_signal_();
}

}  // namespace hermod::uv
