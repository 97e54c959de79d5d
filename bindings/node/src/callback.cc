#include "callback.h"

#include "environment.h"
#include "values.h"

namespace hermod::node {

Callback::Callback(Environment& environment, napi_value function)
    : environment_(environment), env_(environment.env()) {
  constexpr const char* kWhat = "keep the function that the router calls";
  napi_value resource = nullptr;
  if (!done(env_, napi_create_reference(env_, function, 1, &function_), kWhat) ||
      !done(env_, napi_create_object(env_, &resource), kWhat)) {
    return;
  }
  napi_async_context context = nullptr;
  const napi_status status = napi_async_init(env_, resource, to_js(env_, "hermod"), &context);
  if (done(env_, status, kWhat)) context_ = context;
}

Callback::~Callback() {
  // These may fail while the environment is ending; Node then frees both.
  if (context_ != nullptr) static_cast<void>(napi_async_destroy(env_, context_));
  if (function_ != nullptr) static_cast<void>(napi_delete_reference(env_, function_));
}

Callback::Scope::Scope(const Callback& callback) : callback_(callback) {
  if (callback.environment_.ending()) return;
  if (napi_open_handle_scope(callback.env_, &scope_) != napi_ok) scope_ = nullptr;
}

Callback::Scope::~Scope() {
  if (scope_ != nullptr) static_cast<void>(napi_close_handle_scope(callback_.env_, scope_));
}

void Callback::Scope::invoke(const napi_value* values, size_t count) {
  const napi_env env = callback_.env_;
  napi_value function = nullptr;
  napi_value receiver = nullptr;
  if (napi_get_reference_value(env, callback_.function_, &function) != napi_ok ||
      function == nullptr || napi_get_global(env, &receiver) != napi_ok) {
    // The process ends: a lost reply would leave its promise pending without end.
    napi_fatal_error("hermod", NAPI_AUTO_LENGTH, "the router's function is lost", NAPI_AUTO_LENGTH);
  }
  // The call fails if the function throws, which is handled below, or if the environment is ending.
  static_cast<void>(
      napi_make_callback(env, callback_.context_, receiver, function, count, values, nullptr));
  bool thrown = false;
  if (napi_is_exception_pending(env, &thrown) != napi_ok || !thrown) return;
  napi_value error = nullptr;
  if (napi_get_and_clear_last_exception(env, &error) != napi_ok) return;
  static_cast<void>(napi_fatal_exception(env, error));
}

}  // namespace hermod::node
