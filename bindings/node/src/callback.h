#pragma once
// The JavaScript function of a router, called from the loop with no JavaScript frame below it.
// An exception of the function becomes an uncaughtException of the process.

#include <node_api.h>

#include <initializer_list>

namespace hermod::node {

class Environment;

class Callback {
 public:
  Callback(Environment& environment, napi_value function);
  ~Callback();
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;

  // False if Node could not keep the function; a JavaScript exception is then pending.
  bool usable() const { return context_ != nullptr; }

  // Calls the function with the arguments that `make` returns; `make` runs inside the handle scope
  // of the call. Does nothing while the environment is ending.
  template <class Make>
  void call(Make make) const {
    if (Scope scope(*this); scope.open()) scope.invoke(make(env_));
  }

 private:
  using Values = std::initializer_list<napi_value>;

  class Scope {
   public:
    explicit Scope(const Callback& callback);
    ~Scope();
    bool open() const { return scope_ != nullptr; }
    template <class Array>
    void invoke(const Array& values) {
      invoke(values.data(), values.size());
    }

   private:
    void invoke(const napi_value* values, size_t count);

    const Callback& callback_;
    napi_handle_scope scope_ = nullptr;
  };

  Environment& environment_;
  napi_env env_;
  napi_ref function_ = nullptr;
  napi_async_context context_ = nullptr;
};

}  // namespace hermod::node
