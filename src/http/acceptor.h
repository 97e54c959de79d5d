#pragma once
// The listening sockets: binds, accepts a few at a time, and waits a moment where the process has
// no descriptors left instead of asking again at once.

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hermod/log.h"
#include "hermod/result.h"
#include "uv/poll.h"
#include "uv/timer.h"

struct addrinfo;

namespace hermod {

struct AcceptorOptions {
  std::string host = "0.0.0.0";   // an address or a name; a name's addresses are all listened on
  uint16_t port = 0;              // 0: any
  int inherited_descriptor = -1;  // a listening socket from outside instead; taken over
};

class SocketSink {
 public:
  // Takes the descriptor: non-blocking, closed on exec, without delay.
  virtual void on_socket(int fd, const sockaddr_storage& peer) = 0;

  // Somebody waits for whom this process or machine has no descriptor left; tried again soon.
  virtual void on_exhausted() = 0;

 protected:
  ~SocketSink() = default;
};

class Acceptor {
 public:
  Acceptor(uv_loop_t* loop, Log& log, SocketSink& sink);  // sink outlives stop()
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // Resolves (which may block: at start only), binds and listens. Error: kInitialization, naming
  // the address and what the system said. Once.
  Result<void> listen(const AcceptorOptions& options);

  uint16_t port() const { return port_; }

  // Idempotent; not inside SocketSink::on_socket().
  void stop();

 private:
  struct Listener;

  int bind_all(const addrinfo& first, uint16_t port);
  Result<void> inherit(int fd);
  void watch(int fd);
  void accept_some(int listening_fd);
  void pause(int error);
  void resume();

  uv_loop_t* loop_;
  Log& log_;
  SocketSink& sink_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  uint16_t port_ = 0;
  uv::Timer retry_;
};

}  // namespace hermod
