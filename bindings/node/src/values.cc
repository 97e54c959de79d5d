#include "values.h"

#include <cassert>
#include <cmath>

namespace hermod::node {

std::string text_of(napi_env env, napi_value value) {
  size_t bytes = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &bytes) != napi_ok) return {};
  std::string text(bytes, '\0');
  if (napi_get_value_string_utf8(env, value, text.data(), bytes + 1, &bytes) != napi_ok) return {};
  return text;
}

std::vector<std::string> texts_of(napi_env env, napi_value array) {
  uint32_t length = 0;
  if (napi_get_array_length(env, array, &length) != napi_ok) return {};
  std::vector<std::string> texts;
  for (uint32_t at = 0; at < length; ++at) {
    napi_value item = nullptr;
    if (napi_get_element(env, array, at, &item) != napi_ok) return {};
    texts.push_back(text_of(env, item));
  }
  return texts;
}

napi_value to_js(napi_env env, std::string_view text) {
  napi_value value = nullptr;
  const napi_status status = napi_create_string_utf8(env, text.data(), text.size(), &value);
  return status == napi_ok ? value : undefined(env);  // fails above V8's maximum string length
}

napi_value to_js(napi_env env, double number) {
  napi_value value = nullptr;
  return napi_create_double(env, number, &value) == napi_ok ? value : undefined(env);
}

napi_value undefined(napi_env env) {
  napi_value value = nullptr;
  napi_get_undefined(env, &value);
  return value;
}

napi_value throw_error(napi_env env, const Error& error) {
  napi_throw_error(env, std::string(to_string(error.code)).c_str(), error.message.c_str());
  return nullptr;
}

bool done(napi_env env, napi_status status, const char* what) {
  if (status == napi_ok) return true;
  bool thrown = false;
  if (napi_is_exception_pending(env, &thrown) == napi_ok && thrown) return false;
  const napi_extended_error_info* info = nullptr;
  napi_get_last_error_info(env, &info);
  std::string message = std::string("Node cannot ") + what;
  if (info != nullptr && info->error_message != nullptr) {
    message.append(": ").append(info->error_message);
  }
  throw_error(env, {ErrorCode::kInitialization, std::move(message)});
  return false;
}

Arguments::Arguments(napi_env env, napi_callback_info info) : env_(env) {
  size_t count = kMax;
  const napi_status status = napi_get_cb_info(env, info, &count, values_, &self_, nullptr);
  assert(status == napi_ok);  // fails only outside a call from JavaScript
  static_cast<void>(status);
}

std::string Arguments::text(size_t i) const {
  return text_of(env_, values_[i]);
}

double Arguments::number(size_t i) const {
  double number = 0;
  return napi_get_value_double(env_, values_[i], &number) == napi_ok ? number : 0;
}

Result<int64_t> Arguments::integer(size_t i, const Range& range) const {
  double number = 0;
  const bool is_number = napi_get_value_double(env_, values_[i], &number) == napi_ok;
  // Compared before the conversion, because converting a number out of range is undefined
  // behaviour. NaN fails every comparison.
  if (is_number && number >= static_cast<double>(range.min) &&
      number <= static_cast<double>(range.max) && number == std::trunc(number)) {
    return static_cast<int64_t>(number);
  }
  return Error{ErrorCode::kValidation, std::string(range.name) + " must be a whole number from " +
                                           std::to_string(range.min) + " to " +
                                           std::to_string(range.max)};
}

bool Arguments::truth(size_t i) const {
  bool truth = false;
  return napi_get_value_bool(env_, values_[i], &truth) == napi_ok && truth;
}

bool Arguments::is_undefined(size_t i) const {
  napi_valuetype type = napi_undefined;
  return napi_typeof(env_, values_[i], &type) == napi_ok && type == napi_undefined;
}

}  // namespace hermod::node
