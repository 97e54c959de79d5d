#include "net/acceptor.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstring>

#include "base/unique_fd.h"

namespace hermod {
namespace {

constexpr int kBacklog = 4096;  // the default of net.core.somaxconn

// When all clients reconnect at once, the kernel's queue must not fill: a client that finds it full
// retries only after one second, and then after two more. Accepting costs little, so all waiting
// connections are accepted. They are served in portions, because the established connections wait
// until the loop iteration ends.
constexpr size_t kServedPerIteration = 128;  // about 3 ms of upgrades
constexpr int kDescriptorReserve = 256;

constexpr uint64_t kRetryMs = 100;
constexpr int kPortAttempts = 8;  // to find a port that is free on all addresses of a name

uint16_t port_of(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  }
  return 0;
}

void set(int fd, int level, int name, int value) {
  setsockopt(fd, level, name, &value, sizeof value);
}

// Accepted sockets inherit these options. With TCP_DEFER_ACCEPT, the kernel delivers a connection
// when its first bytes have arrived, or after a second, so that most requests are read at once.
void prepare(int fd) {
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1);
}

// Returns a listening socket, or -1 and sets errno.
int open_listening(const addrinfo& where, uint16_t port) {
  const int fd = socket(where.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  sockaddr_storage address{};
  std::memcpy(&address, where.ai_addr, where.ai_addrlen);
  if (where.ai_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(address).sin6_port = htons(port);
    // "::" includes IPv4; for any other address the option has no effect.
    set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  } else {
    reinterpret_cast<sockaddr_in&>(address).sin_port = htons(port);
  }
  set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  prepare(fd);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), where.ai_addrlen) != 0 ||
      ::listen(fd, kBacklog) != 0) {
    const int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

Error cannot_listen(const AcceptorOptions& options, const char* why) {
  return {ErrorCode::kInitialization, "cannot listen on " + options.host + " port " +
                                          std::to_string(options.port) + ": " + why};
}

}  // namespace

struct Acceptor::Listener {
  Listener(Acceptor& acceptor, int fd)
      : descriptor(fd),
        poll(acceptor.loop_, fd, [&acceptor, fd](uv::Ready) { acceptor.on_readable(fd); }) {}

  UniqueFd descriptor;  // outlives the poll
  uv::Poll poll;
};

Acceptor::Acceptor(uv_loop_t* loop, Log& log, SocketSink& sink)
    : loop_(loop),
      log_(log),
      sink_(sink),
      retry_(loop, [this] { resume(); }),
      serve_immediate_(loop, [this] { serve(kServedPerIteration); }) {}

Acceptor::~Acceptor() {
  for (const Accepted& one : waiting_) close(one.fd);
}

Result<void> Acceptor::listen(const AcceptorOptions& options) {
  assert(listeners_.empty());
  if (options.descriptors_max > 0) reserved_from_ = options.descriptors_max - kDescriptorReserve;
  if (options.inherited_descriptor >= 0) return inherit(options.inherited_descriptor);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int unresolved = getaddrinfo(options.host.c_str(), nullptr, &hints, &found);
  if (unresolved != 0) return cannot_listen(options, gai_strerror(unresolved));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, freeaddrinfo);
  int error = bind_all(*found, options.port);
  for (int attempt = 1; error == EADDRINUSE && options.port == 0 && attempt < kPortAttempts;
       ++attempt) {
    error = bind_all(*found, options.port);
  }
  if (error != 0) return cannot_listen(options, std::strerror(error));
  return {};
}

// Binds all addresses of a name to one port. Returns 0 or an errno. An address that this machine
// does not have (such as ::1 without IPv6) is skipped if another address can be bound.
int Acceptor::bind_all(const addrinfo& first, uint16_t port) {
  stop();
  port_ = port;
  int missing = EADDRNOTAVAIL;
  for (const addrinfo* one = &first; one != nullptr; one = one->ai_next) {
    const int fd = open_listening(*one, port_);
    if (fd >= 0) {
      if (watch(fd)) continue;
      stop();
      return ENOSPC;  // epoll's limit of watches; the loop would not be notified of connections
    }
    if (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT) {
      missing = errno;
    } else {
      const int error = errno;
      stop();
      return error;
    }
  }
  return listeners_.empty() ? missing : 0;
}

Result<void> Acceptor::inherit(int fd) {
  int listening = 0;
  socklen_t length = sizeof listening;
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 || listening == 0) {
    return Error{ErrorCode::kInitialization,
                 "the inherited descriptor " + std::to_string(fd) + " is not a listening socket"};
  }
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  prepare(fd);
  if (watch(fd)) return {};
  stop();
  return Error{ErrorCode::kInitialization,
               "the inherited descriptor " + std::to_string(fd) + " cannot be watched"};
}

bool Acceptor::watch(int fd) {
  listeners_.push_back(std::make_unique<Listener>(*this, fd));
  listeners_.back()->poll.watch(uv::Ready::kReadable);
  port_ = port_of(fd);
  return listeners_.back()->poll.usable();
}

void Acceptor::on_readable(int listening_fd) {
  // If accepted connections are waiting, serve() uses the share of this loop iteration.
  for (size_t served = waiting_.empty() ? 0 : kServedPerIteration; served < kServedPerIteration;
       ++served) {
    const std::optional<Accepted> next = accept_one(listening_fd);
    if (!next) return;
    sink_.on_socket(next->fd, next->peer);
  }
  accept_all(listening_fd);
}

void Acceptor::accept_pending() {
  for (const auto& listener : listeners_) accept_all(listener->descriptor.get());
}

// Returns nullopt if no connection is waiting, or if there is no file descriptor for it.
std::optional<Acceptor::Accepted> Acceptor::accept_one(int listening_fd) {
  Accepted made{};
  socklen_t length = sizeof made.peer;
  made.fd = accept4(listening_fd, reinterpret_cast<sockaddr*>(&made.peer), &length,
                    SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (made.fd >= 0) return made;
  if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) pause(errno);
  // Any other error means that no connection is waiting, or that one failed before it was accepted.
  // The next loop iteration tries again.
  return {};
}

void Acceptor::accept_all(int listening_fd) {
  for (int accepted = 0; accepted < kBacklog; ++accepted) {
    const std::optional<Accepted> next = accept_one(listening_fd);
    if (!next) break;
    waiting_.push_back(*next);
    // The last descriptors are reserved for connections that are being served.
    if (next->fd >= reserved_from_) break;
  }
  if (!waiting_.empty()) serve_immediate_.ask();
}

void Acceptor::serve(size_t at_most) {
  for (size_t served = 0; served < at_most && !waiting_.empty(); ++served) {
    const Accepted next = waiting_.front();
    waiting_.pop_front();
    sink_.on_socket(next.fd, next.peer);
  }
  if (!waiting_.empty()) serve_immediate_.ask();
}

void Acceptor::pause(int error) {
  sink_.on_exhausted();
  log_.write_limited("http.accept", LogLevel::kError, "no more connections can be accepted for now",
                     {{"error", std::strerror(error)},
                      {"error_detail.error_code", to_string(ErrorCode::kServiceUnavailable)},
                      {"error_detail.operation", "connection.accept"}});
  for (const auto& listener : listeners_) listener->poll.watch(uv::Ready::kNone);
  retry_.start(kRetryMs);
}

void Acceptor::resume() {
  for (const auto& listener : listeners_) listener->poll.watch(uv::Ready::kReadable);
}

void Acceptor::stop() {
  retry_.stop();
  serve_immediate_.cancel();
  listeners_.clear();
  serve(waiting_.size());
}

}  // namespace hermod
