#include "callback.h"

#include "environment.h"
#include "values.h"

namespace hermod::node {

Callback::Callback(Environment& environment, napi_value function)
    : environment_(environment), env_(environment.env()) {
  napi_create_reference(env_, function, 1, &function_);
  napi_value resource = nullptr;
  napi_create_object(env_, &resource);
  napi_async_init(env_, resource, to_js(env_, "hermod"), &context_);
}

Callback::~Callback() {
  napi_async_destroy(env_, context_);
  napi_delete_reference(env_, function_);
}

Callback::Scope::Scope(const Callback& callback) : callback_(callback) {
  if (!callback.environment_.ending()) napi_open_handle_scope(callback.env_, &scope_);
}

Callback::Scope::~Scope() {
  if (scope_ != nullptr) napi_close_handle_scope(callback_.env_, scope_);
}

void Callback::Scope::invoke(const napi_value* values, size_t count) {
  const napi_env env = callback_.env_;
  napi_value function = nullptr;
  napi_value receiver = nullptr;
  napi_get_reference_value(env, callback_.function_, &function);
  napi_get_global(env, &receiver);
  napi_make_callback(env, callback_.context_, receiver, function, count, values, nullptr);
  bool thrown = false;
  if (napi_is_exception_pending(env, &thrown) != napi_ok || !thrown) return;
  napi_value error = nullptr;
  if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
}

}  // namespace hermod::node
