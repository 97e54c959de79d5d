#pragma once
// Binds and listens, accepts waiting connections, and hands them to its sink in bounded portions.
// If the process has no file descriptors left, it waits before it accepts again. Owned by
// HttpServer.

#include <sys/socket.h>

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hermod/log.h"
#include "hermod/result.h"
#include "uv/immediate.h"
#include "uv/poll.h"
#include "uv/timer.h"

struct addrinfo;

namespace hermod {

struct AcceptorOptions {
  std::string host = "0.0.0.0";   // an address, or a name, of which all addresses are bound
  uint16_t port = 0;              // 0: any free port
  int descriptors_max = 0;        // of the process; 0: unknown
  int inherited_descriptor = -1;  // a listening socket to use instead; the acceptor owns it
};

// Receives the accepted sockets. Implemented by ConnectionManager.
class SocketSink {
 public:
  // The implementation owns the descriptor, which is non-blocking and has FD_CLOEXEC and
  // TCP_NODELAY.
  virtual void on_socket(int fd, const sockaddr_storage& peer) = 0;

  // A connection could not be accepted because the process or the machine has no file descriptors
  // or memory left. The acceptor tries again after 100 ms.
  virtual void on_exhausted() = 0;

 protected:
  ~SocketSink() = default;
};

class Acceptor {
 public:
  Acceptor(uv_loop_t* loop, Log& log, SocketSink& sink);  // the sink outlives stop()
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // Resolves the host, binds and listens. Called once, at start, because resolving may block.
  // Error: kInitialization with the address and the error of the system.
  Result<void> listen(const AcceptorOptions& options);

  uint16_t port() const { return port_; }

  // Accepts the waiting connections and hands them to the sink in later loop iterations. Called
  // during long loop iterations, so that the kernel's queue does not overflow.
  void accept_pending();

  // Closes the listening sockets. Connections that were already accepted are handed to the sink.
  // Idempotent; must not be called inside SocketSink::on_socket().
  void stop();

 private:
  struct Listener;
  struct Accepted {
    int fd;
    sockaddr_storage peer;
  };

  int bind_all(const addrinfo& first, uint16_t port);
  Result<void> inherit(int fd);
  bool watch(int fd);  // false: libuv cannot watch the descriptor
  void on_readable(int listening_fd);
  std::optional<Accepted> accept_one(int listening_fd);
  void accept_all(int listening_fd);
  void serve(size_t at_most);
  void pause(int error);
  void resume();

  uv_loop_t* loop_;
  Log& log_;
  SocketSink& sink_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  uint16_t port_ = 0;
  std::deque<Accepted> waiting_;  // accepted and owned, not handed to the sink yet
  int reserved_from_ = std::numeric_limits<int>::max();  // the first of the reserved descriptors
  uv::Timer retry_;
  uv::Immediate serve_immediate_;
};

}  // namespace hermod
