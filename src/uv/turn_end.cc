#include "uv/turn_end.h"

#include <uv.h>

#include "uv/must.h"

namespace hermod::uv {

TurnEnd::TurnEnd(uv_loop_t* loop, std::function<void()> on_turn_end)
    : on_turn_end_(std::move(on_turn_end)), prepare_(new uv_prepare_t), check_(new uv_check_t) {
  must(uv_prepare_init(loop, prepare_.get()));
  must(uv_check_init(loop, check_.get()));
  prepare_->data = this;
  check_->data = this;
  must(uv_prepare_start(prepare_.get(), prepare_cb));
  must(uv_check_start(check_.get(), check_cb));
  uv_unref(reinterpret_cast<uv_handle_t*>(prepare_.get()));
  uv_unref(reinterpret_cast<uv_handle_t*>(check_.get()));
}

void TurnEnd::prepare_cb(uv_prepare_t* handle) noexcept {
  static_cast<TurnEnd*>(handle->data)->on_turn_end_();
}

void TurnEnd::check_cb(uv_check_t* handle) noexcept {
  static_cast<TurnEnd*>(handle->data)->on_turn_end_();
}

}  // namespace hermod::uv
