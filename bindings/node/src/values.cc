#include "values.h"

namespace hermod::node {

std::string text_of(napi_env env, napi_value value) {
  size_t bytes = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &bytes) != napi_ok) return {};
  std::string text(bytes, '\0');
  napi_get_value_string_utf8(env, value, text.data(), bytes + 1, &bytes);
  return text;
}

std::vector<std::string> texts_of(napi_env env, napi_value array) {
  uint32_t length = 0;
  if (napi_get_array_length(env, array, &length) != napi_ok) return {};
  std::vector<std::string> texts;
  for (uint32_t at = 0; at < length; ++at) {
    napi_value item = nullptr;
    napi_get_element(env, array, at, &item);
    texts.push_back(text_of(env, item));
  }
  return texts;
}

napi_value to_js(napi_env env, std::string_view text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

napi_value to_js(napi_env env, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  return value;
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

Arguments::Arguments(napi_env env, napi_callback_info info) : env_(env) {
  size_t count = kMax;
  napi_get_cb_info(env, info, &count, values_, &self_, nullptr);
}

std::string Arguments::text(size_t i) const {
  return text_of(env_, values_[i]);
}

double Arguments::number(size_t i) const {
  double number = 0;
  napi_get_value_double(env_, values_[i], &number);
  return number;
}

bool Arguments::truth(size_t i) const {
  bool truth = false;
  napi_get_value_bool(env_, values_[i], &truth);
  return truth;
}

bool Arguments::is_undefined(size_t i) const {
  napi_valuetype type = napi_undefined;
  napi_typeof(env_, values_[i], &type);
  return type == napi_undefined;
}

}  // namespace hermod::node
