// - A numeric address or a socket path needs no name resolution, and so no thread of libuv's pool.
//   A name is resolved first.
// - Then: socket(), connect(), wait until the socket is writable; done if SO_ERROR is 0.
// - If an address refuses the connection or does not answer in time, the next one is tried. After
//   the last one, its error is the result.
#include "redis/redis_dial.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <optional>

namespace hermod {
namespace {

uv::Address unix_address(const std::string& path) {
  uv::Address address{};
  auto* to = reinterpret_cast<sockaddr_un*>(&address.storage);
  to->sun_family = AF_UNIX;
  std::strncpy(to->sun_path, path.c_str(), sizeof to->sun_path - 1);
  address.length = sizeof *to;
  return address;
}

std::optional<uv::Address> numeric_address(const RedisEndpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found) !=
      0) {
    return std::nullopt;
  }
  uv::Address address{};
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.length = found->ai_addrlen;
  freeaddrinfo(found);
  return address;
}

std::string shown(const uv::Address& address, const RedisEndpoint& endpoint) {
  if (endpoint.is_unix()) return endpoint.path;
  return uv::to_string(address) + " port " + std::to_string(endpoint.port);
}

int open_socket(const uv::Address& address) {
  const int family = address.storage.ss_family;
  const int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (fd >= 0 && family != AF_UNIX) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

}  // namespace

RedisDial::RedisDial(uv_loop_t* loop, uint64_t timeout_ms)
    : loop_(loop), timeout_ms_(timeout_ms), resolver_(loop), timer_(loop, [this] {
        if (fd_ < 0) return try_next();
        on_failed("no answer within " + std::to_string(timeout_ms_) + " ms");
      }) {}

void RedisDial::start(const RedisEndpoint& endpoint, Done done) {
  assert(!done_);
  endpoint_ = endpoint;
  done_ = std::move(done);
  error_.clear();
  next_ = 0;
  if (endpoint_.is_unix()) {
    addresses_ = {unix_address(endpoint_.path)};
  } else if (auto address = numeric_address(endpoint_)) {
    addresses_ = {*address};
  } else {
    addresses_.clear();
    timer_.start(timeout_ms_);
    resolver_.resolve(endpoint_.host, endpoint_.port,
                      [this](Result<std::vector<uv::Address>> found) {
                        if (found)
                          addresses_ = found.take();
                        else
                          error_ = "look up " + endpoint_.host + ": " + found.error().message;
                        try_next();
                      });
    return;
  }
  timer_.start(0);
}

void RedisDial::cancel() {
  resolver_.cancel();
  timer_.stop();
  drop_socket();
  done_ = nullptr;
}

void RedisDial::try_next() {
  assert(fd_ < 0);
  assert(done_ != nullptr);
  assert(next_ <= addresses_.size());
  resolver_.cancel();
  timer_.stop();
  if (next_ == addresses_.size()) {
    if (error_.empty()) error_ = "look up " + endpoint_.host + ": no answer in time";
    return finish(Error{ErrorCode::kConnection, error_});
  }
  const uv::Address& address = addresses_[next_++];
  fd_ = open_socket(address);
  if (fd_ < 0) return on_failed(std::strerror(errno));
  const auto* to = reinterpret_cast<const sockaddr*>(&address.storage);
  if (connect(fd_, to, address.length) != 0 && errno != EINPROGRESS) {
    return on_failed(std::strerror(errno));
  }
  poll_ = std::make_unique<uv::Poll>(loop_, fd_, [this](uv::Ready) { on_ready(); });
  if (!poll_->usable()) return on_failed("the socket cannot be polled");
  poll_->watch(uv::Ready::kWritable);
  timer_.start(timeout_ms_);
}

void RedisDial::on_ready() {
  assert(fd_ >= 0);
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) return on_failed(std::strerror(error));
  poll_.reset();
  timer_.stop();
  const int fd = std::exchange(fd_, -1);
  finish(fd);
}

void RedisDial::on_failed(const std::string& why) {
  assert(next_ > 0);  // an address is being tried
  error_ = "connect to " + shown(addresses_[next_ - 1], endpoint_) + ": " + why;
  drop_socket();
  timer_.start(0);
}

void RedisDial::finish(Result<int> result) {
  assert(fd_ < 0);  // the result owns the descriptor
  std::exchange(done_, nullptr)(std::move(result));
}

void RedisDial::drop_socket() {
  poll_.reset();
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

}  // namespace hermod
