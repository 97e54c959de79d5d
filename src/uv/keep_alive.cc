#include "uv/keep_alive.h"

#include <uv.h>

#include "uv/must.h"

namespace hermod::uv {
namespace {

void nothing_cb(uv_prepare_t*) noexcept {}

}  // namespace

KeepAlive::KeepAlive(uv_loop_t* loop) : handle_(new uv_prepare_t) {
  must(uv_prepare_init(loop, handle_.get()));
  must(uv_prepare_start(handle_.get(), nothing_cb));
}

void KeepAlive::ref() {
  uv_ref(reinterpret_cast<uv_handle_t*>(handle_.get()));
}

void KeepAlive::unref() {
  uv_unref(reinterpret_cast<uv_handle_t*>(handle_.get()));
}

}  // namespace hermod::uv
