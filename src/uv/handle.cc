#include "uv/handle.h"

#include <uv.h>

namespace hermod::uv {

template <class T>
void HandleCloser<T>::operator()(T* handle) const noexcept {
  handle->data = nullptr;
  uv_close(reinterpret_cast<uv_handle_t*>(handle),
           [](uv_handle_t* closed) { delete reinterpret_cast<T*>(closed); });
}

template struct HandleCloser<uv_idle_t>;
template struct HandleCloser<uv_timer_t>;
template struct HandleCloser<uv_poll_t>;
template struct HandleCloser<uv_prepare_t>;
template struct HandleCloser<uv_check_t>;
template struct HandleCloser<uv_signal_t>;

}  // namespace hermod::uv
