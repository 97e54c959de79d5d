#include "environment.h"

#include <algorithm>
#include <utility>

#include "router.h"

namespace hermod::node {

void Environment::attach(napi_env env) {
  napi_set_instance_data(
      env, new Environment(env),
      [](napi_env, void* data, void*) { delete static_cast<Environment*>(data); }, nullptr);
}

Environment& Environment::of(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return *static_cast<Environment*>(data);
}

Environment::Environment(napi_env env) : env_(env) {
  napi_get_uv_event_loop(env, &loop_);
  napi_add_async_cleanup_hook(env, ending_cb, this, &hook_);
}

void Environment::add(std::shared_ptr<Router> router) {
  open_.push_back(std::move(router));
}

void Environment::remove(const Router& router) {
  std::erase_if(open_, [&router](const auto& open) { return open.get() == &router; });
  if (ending_) maybe_finish_ending();
}

void Environment::ending_cb(napi_async_cleanup_hook_handle, void* data) noexcept {
  static_cast<Environment*>(data)->end();
}

void Environment::end() {
  ending_ = true;
  const auto open = open_;
  for (const auto& router : open) router->end();
  maybe_finish_ending();
}

void Environment::maybe_finish_ending() {
  if (open_.empty()) napi_remove_async_cleanup_hook(std::exchange(hook_, nullptr));
}

}  // namespace hermod::node
