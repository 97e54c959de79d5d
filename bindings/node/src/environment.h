#pragma once
// One for each Node environment that loads the addon: the main thread's, and each worker's. It owns
// the routers that are open, and ends them when the environment ends without having closed them:
// Node waits for that, since a loop with a handle of ours left would abort the process.

#include <node_api.h>

#include <memory>
#include <vector>

struct uv_loop_s;

namespace hermod::node {

class Router;

class Environment {
 public:
  // Lives until the environment's last moment; Node deletes it. False, with an error thrown: Node
  // has no loop for it.
  static bool attach(napi_env env);
  // Null, with an error thrown, where there is none.
  static Environment* of(napi_env env);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  napi_env env() const { return env_; }
  uv_loop_s* loop() const { return loop_; }
  bool ending() const { return ending_; }  // no JavaScript may be called any more

  void add(std::shared_ptr<Router> router);
  void remove(const Router& router);  // it is closed

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
