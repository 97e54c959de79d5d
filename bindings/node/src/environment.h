#pragma once
// The state of the addon in one Node environment: the main thread or a worker. It owns the open
// routers. If the environment ends while routers are open, it closes them, and Node waits for that:
// Node aborts the process if the loop still has an open handle.

#include <node_api.h>

#include <memory>
#include <vector>

struct uv_loop_s;

namespace hermod::node {

class Router;

class Environment {
 public:
  // Creates the state. Node deletes it when the environment ends. Returns false, with a JavaScript
  // exception pending, if Node refuses.
  static bool attach(napi_env env);
  // The state of `env`; null, with a JavaScript exception pending, if attach() was not called.
  static Environment* of(napi_env env);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  napi_env env() const { return env_; }
  uv_loop_s* loop() const { return loop_; }
  bool ending() const { return ending_; }  // no JavaScript may be called any longer

  void add(std::shared_ptr<Router> router);
  void remove(const Router& router);  // called by the router when it is closed

 private:
  explicit Environment(napi_env env) : env_(env) {}

  static void ending_cb(napi_async_cleanup_hook_handle handle, void* data) noexcept;
  void end();
  void maybe_finish_ending();

  napi_env env_;
  uv_loop_s* loop_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  std::vector<std::shared_ptr<Router>> open_;
  bool ending_ = false;
};

}  // namespace hermod::node
