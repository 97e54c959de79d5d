#pragma once
// The libwebsockets context on a loop that somebody else runs: the one place where it is made and
// where it ends. It listens on nothing; a server adopts its sockets, a client makes its own. What
// uses it (WsServer, WsClient) closes first.
//
// Making one sets SIGPIPE to be ignored in the whole process (the library does), as any server
// does.

#include <memory>

#include "base/closed.h"
#include "hermod/log.h"
#include "hermod/result.h"
#include "uv/timer.h"
#include "ws/descriptor_guard.h"
#include "ws/lws_log.h"

struct lws_context;
struct lws_vhost;
struct lws_protocols;

namespace hermod {

// A client's handshake must hold the longest token; TLS costs 20 ms of loading authorities, so only
// a client of wss:// asks for it.
enum class LwsUse { kServer, kClient, kTlsClient };

struct LwsContextOptions {
  // The library's table has an entry for each descriptor this process may open, and every close
  // walks all of it: 0.85 ms at a container's usual million. So it is shown no more than these.
  int descriptors_max = 65'536;
  LwsUse use = LwsUse::kServer;
};

class LwsContext {
 public:
  // Error: kInitialization, with what to install where the loop plugin is missing.
  static Result<std::unique_ptr<LwsContext>> create(uv_loop_t* loop, Log& log,
                                                    LwsContextOptions options = {});
  ~LwsContext();  // closed before
  LwsContext(const LwsContext&) = delete;
  LwsContext& operator=(const LwsContext&) = delete;

  // A descriptor at or above this writes past the library's table: never hand it one.
  int descriptor_limit() const { return descriptor_limit_; }

  // A set of protocols (static storage, ended by a null one) with `user` behind it; null when out
  // of memory.
  lws_vhost* add_vhost(const char* name, const lws_protocols* protocols, void* user);

  lws_context* get() const { return context_; }
  int wake_descriptor() const { return wake_fd_; }  // the library's own, polled all the time
  uv_loop_t* loop() const { return loop_; }

  // Once, on a later turn; idempotent. May be called anywhere.
  void close(Closed closed);

 private:
  LwsContext(uv_loop_t* loop, Log& log)
      : loop_(loop), lws_log_(log), step_(loop, [this] { step(); }) {}

  bool make(const LwsContextOptions& options);
  void step();

  uv_loop_t* loop_;
  LwsLog lws_log_;
  lws_context* context_ = nullptr;  // the library clears it when it frees itself
  const void* ending_ = nullptr;    // the same while its handles close
  int descriptor_limit_ = 0;
  int wake_fd_ = -1;  // the library's own
  DescriptorGuard wake_guard_;
  Closed closed_;
  bool closing_ = false;
  uv::Timer step_;
};

}  // namespace hermod
