#pragma once
// The listening sockets: binds, accepts whoever waits and hands them on some at a time, and waits a
// moment where the process has no descriptors left instead of asking again at once.

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
  std::string host = "0.0.0.0";   // an address or a name; a name's addresses are all listened on
  uint16_t port = 0;              // 0: any
  int descriptors_max = 0;        // of the process; 0: not known
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

  // Accepts who waits, to be handed on in later turns; for whoever makes a turn long.
  void look();

  // Who was accepted already is still handed on. Idempotent; not inside SocketSink::on_socket().
  void stop();

 private:
  struct Listener;
  struct Accepted {
    int fd;
    sockaddr_storage peer;
  };

  int bind_all(const addrinfo& first, uint16_t port);
  Result<void> inherit(int fd);
  bool watch(int fd);  // false: the loop cannot
  void on_readable(int listening_fd);
  std::optional<Accepted> accept_one(int listening_fd);
  void accept_the_rest(int listening_fd);
  void serve(size_t at_most);
  void pause(int error);
  void resume();

  uv_loop_t* loop_;
  Log& log_;
  SocketSink& sink_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  uint16_t port_ = 0;
  std::deque<Accepted> waiting_;  // to be handed on, ours until then
  int crowded_from_ = std::numeric_limits<int>::max();
  uv::Timer retry_;
  uv::Immediate more_;
};

}  // namespace hermod
