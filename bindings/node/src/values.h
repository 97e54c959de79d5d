#pragma once
// Conversions between JavaScript and C++. Only strings, numbers and booleans pass the boundary:
// the JavaScript side creates objects in its own realm, because a test runner may have several.

#include <node_api.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hermod/result.h"

namespace hermod::node {

napi_value to_js(napi_env env, std::string_view text);
napi_value to_js(napi_env env, double number);
napi_value undefined(napi_env env);

std::string text_of(napi_env env, napi_value value);
std::vector<std::string> texts_of(napi_env env, napi_value array);

// Throws a JavaScript Error with the error code of protocol section 4. It is pending until the
// native call returns. Returns null.
napi_value throw_error(napi_env env, const Error& error);

// True if the call of Node-API succeeded. Otherwise throws an error "Node cannot <what>", unless a
// JavaScript exception is already pending.
bool done(napi_env env, napi_status status, const char* what);

// The whole numbers that a native method accepts, and the name of the argument for the error.
struct Range {
  const char* name;
  int64_t min;
  int64_t max;  // at most 2^53, because larger numbers of JavaScript are not exact
};

// The arguments of a native method. The JavaScript side passes the right types; a value of another
// type becomes an empty string or, for an integer, an error.
class Arguments {
 public:
  static constexpr size_t kMax = 6;

  Arguments(napi_env env, napi_callback_info info);

  napi_env env() const { return env_; }
  napi_value self() const { return self_; }
  napi_value value(size_t i) const { return values_[i]; }
  std::string text(size_t i) const;
  // A request number, which goes back to the JavaScript side unchanged.
  double number(size_t i) const;
  // Error: kValidation, with the range, if the value is not a whole number in it.
  Result<int64_t> integer(size_t i, const Range& range) const;
  bool truth(size_t i) const;
  bool is_undefined(size_t i) const;
  std::vector<std::string> texts(size_t i) const { return texts_of(env_, values_[i]); }

 private:
  napi_env env_;
  napi_value self_ = nullptr;
  napi_value values_[kMax];  // undefined if not passed
};

}  // namespace hermod::node
