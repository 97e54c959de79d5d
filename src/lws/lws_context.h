#pragma once
// A libwebsockets context on a loop that it does not own. Only this class creates and destroys
// contexts. The context does not listen: a server adopts sockets, a client connects. Its
// users (WsServer, WsClient) must be closed first.
//
// Creating one makes the whole process ignore SIGPIPE, because the library does so.

#include <memory>

#include "base/closed.h"
#include "hermod/log.h"
#include "hermod/result.h"
#include "lws/lws_log.h"
#include "uv/timer.h"

struct lws_context;
struct lws_vhost;
struct lws_protocols;

namespace hermod {

// What the context is for. A client needs a buffer that holds a handshake with the longest token.
// TLS costs 20 ms for loading the certificate authorities, so only a client of wss:// enables it.
enum class LwsUse { kServer, kClient, kTlsClient };

struct LwsContextOptions {
  // The library allocates a table with one entry per descriptor that the process may open, and
  // scans it at every close: 0.85 ms at a container's usual limit of a million. This value limits
  // the table.
  int descriptors_max = 65'536;
  LwsUse use = LwsUse::kServer;
};

class LwsContext {
 public:
  // Error: kInitialization, with the package to install if the libuv plugin is missing.
  static Result<std::unique_ptr<LwsContext>> create(uv_loop_t* loop, Log& log,
                                                    LwsContextOptions options = {});
  ~LwsContext();  // precondition: closed
  LwsContext(const LwsContext&) = delete;
  LwsContext& operator=(const LwsContext&) = delete;

  // The size of the library's table. A descriptor that is not below it must never be passed to the
  // library, which would write past the table.
  int descriptor_limit() const { return descriptor_limit_; }

  // Adds a vhost with these protocols (static storage, terminated by a null entry); `user` is its
  // user data. Null if out of memory.
  lws_vhost* add_vhost(const char* name, const lws_protocols* protocols, void* user);

  lws_context* get() const { return context_; }
  int wake_descriptor() const { return wake_fd_; }  // the library's own, always polled
  uv_loop_t* loop() const { return loop_; }

  // Destroys the context. `closed` is called once, in a later loop iteration. Idempotent, and
  // allowed in any callback.
  void close(Closed closed);

 private:
  LwsContext(uv_loop_t* loop, Log& log)
      : loop_(loop), lws_log_(log), step_(loop, [this] { step(); }) {}

  bool init(const LwsContextOptions& options);
  void step();

  uv_loop_t* loop_;
  LwsLog lws_log_;
  lws_context* context_ = nullptr;  // the library clears it when the context frees itself
  const void* ending_ = nullptr;    // the same context while its handles close
  int descriptor_limit_ = 0;
  int wake_fd_ = -1;  // the library's wake-up descriptor
  Closed closed_;
  bool closing_ = false;
  uv::Timer step_;
};

}  // namespace hermod
