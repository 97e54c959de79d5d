#pragma once
// Between JavaScript's values and ours. Only texts, numbers and truths cross over: objects are made
// by the JavaScript side, in the realm that it runs in (a test runner may have several).

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

// An Error with its code of protocol section 4; it is thrown when the native call returns.
napi_value throw_error(napi_env env, const Error& error);

// True where Node did what it was asked for. Else an error is thrown that names `what`, unless one
// is on its way already.
bool done(napi_env env, napi_status status, const char* what);

// A whole number that a native method accepts, and what it is called in the error.
struct Range {
  const char* name;
  int64_t min;
  int64_t max;  // at most 2^53, beyond which a number of JavaScript is not exact
};

// What a native method was called with. The JavaScript side passes the right types; anything else
// becomes an empty text or, for a number, an error.
class Arguments {
 public:
  static constexpr size_t kMax = 6;

  Arguments(napi_env env, napi_callback_info info);

  napi_env env() const { return env_; }
  napi_value self() const { return self_; }
  napi_value value(size_t i) const { return values_[i]; }
  std::string text(size_t i) const;
  // A number of the JavaScript side's own, which only comes back to it.
  double number(size_t i) const;
  // Error: kValidation with the range, for anything but a whole number in it.
  Result<int64_t> integer(size_t i, const Range& range) const;
  bool truth(size_t i) const;
  bool is_undefined(size_t i) const;
  std::vector<std::string> texts(size_t i) const { return texts_of(env_, values_[i]); }

 private:
  napi_env env_;
  napi_value self_ = nullptr;
  napi_value values_[kMax];  // undefined where there is none
};

}  // namespace hermod::node
