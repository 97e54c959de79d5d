#include "environment.h"

#include <algorithm>
#include <utility>

#include "router.h"
#include "values.h"

namespace hermod::node {

bool Environment::attach(napi_env env) {
  std::unique_ptr<Environment> made(new Environment(env));
  if (!done(env, napi_get_uv_event_loop(env, &made->loop_), "provide its event loop")) {
    return false;
  }
  const napi_status kept = napi_set_instance_data(
      env, made.get(), [](napi_env, void* data, void*) { delete static_cast<Environment*>(data); },
      nullptr);
  if (!done(env, kept, "store the state of the addon")) return false;
  Environment& environment = *made.release();
  // Without the hook, the handles of an open router would make the process abort when it ends.
  const napi_status hooked =
      napi_add_async_cleanup_hook(env, ending_cb, &environment, &environment.hook_);
  return done(env, hooked, "register the cleanup hook of the addon");
}

Environment* Environment::of(napi_env env) {
  void* data = nullptr;
  const napi_status status = napi_get_instance_data(env, &data);
  return done(env, status, "find the state of the addon") ? static_cast<Environment*>(data)
                                                          : nullptr;
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
  if (!open_.empty() || hook_ == nullptr) return;
  static_cast<void>(napi_remove_async_cleanup_hook(std::exchange(hook_, nullptr)));
}

}  // namespace hermod::node
