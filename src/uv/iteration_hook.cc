#include "uv/iteration_hook.h"

#include <uv.h>

#include <cassert>
#include <utility>

#include "uv/must.h"

namespace hermod::uv {

IterationHook::IterationHook(uv_loop_t* loop, std::function<void()> on_iteration_end)
    : on_iteration_end_(std::move(on_iteration_end)),
      prepare_(new uv_prepare_t),
      check_(new uv_check_t) {
  assert(on_iteration_end_ != nullptr);
  must(uv_prepare_init(loop, prepare_.get()));
  must(uv_check_init(loop, check_.get()));
  prepare_->data = this;
  check_->data = this;
  must(uv_prepare_start(prepare_.get(), prepare_cb));
  must(uv_check_start(check_.get(), check_cb));
  uv_unref(reinterpret_cast<uv_handle_t*>(prepare_.get()));
  uv_unref(reinterpret_cast<uv_handle_t*>(check_.get()));
}

void IterationHook::prepare_cb(uv_prepare_t* handle) noexcept {
  static_cast<IterationHook*>(handle->data)->on_iteration_end_();
}

void IterationHook::check_cb(uv_check_t* handle) noexcept {
  static_cast<IterationHook*>(handle->data)->on_iteration_end_();
}

}  // namespace hermod::uv
