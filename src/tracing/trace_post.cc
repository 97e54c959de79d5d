// One request:
// - It is sent on the kept connection, if any. Otherwise the name is resolved, and the addresses
//   are tried one by one.
// - After the response, the connection is kept if HTTP allows it.
// - A kept connection may turn out to be closed, because a collector may close an idle connection
//   at any time. The request is then sent again on a new connection.
// - An address that refuses the connection or does not answer is followed by the next one; after
//   the last one, the request fails.
// - No response in time, or a malformed one: the request fails, and the connection is closed.

#include "tracing/trace_post.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hermod {

TracePost::TracePost(uv_loop_t* loop, TraceEndpoint endpoint, Limits limits)
    : loop_(loop),
      endpoint_(std::move(endpoint)),
      limits_(limits),
      resolver_(loop),
      timer_(loop, [this] { on_timeout(); }) {}

TracePost::~TracePost() {
  close_socket();
}

void TracePost::post(std::string_view body, Done done) {
  assert(!busy());
  done_ = std::move(done);
  sent_ = 0;
  request_.assign("POST ").append(endpoint_.path).append(" HTTP/1.1\r\nHost: ");
  request_.append(endpoint_.authority).append("\r\nContent-Type: application/json\r\n");
  request_.append("User-Agent: hermod\r\nContent-Length: ").append(std::to_string(body.size()));
  request_.append("\r\n\r\n").append(body);
  if (state_ == State::kIdle) {
    fresh_ = false;
    begin_exchange();
  } else {
    resolve();
  }
}

void TracePost::cancel() {
  done_ = nullptr;
  resolver_.cancel();
  close_socket();
}

void TracePost::resolve() {
  state_ = State::kResolving;
  timer_.start(limits_.resolve_ms);
  resolver_.resolve(endpoint_.host, endpoint_.port, [this](auto found) {
    if (!found) return fail(ErrorCode::kConnection, found.error().message);
    addresses_ = found.take();
    next_address_ = 0;
    connect_next("the host name has no address");
  });
}

void TracePost::connect_next(std::string_view last_error) {
  close_socket();
  if (next_address_ == addresses_.size()) return fail(ErrorCode::kConnection, last_error);
  const uv::Address& address = addresses_[next_address_++];
  fd_ = socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return connect_next(std::strerror(errno));
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto* to = reinterpret_cast<const sockaddr*>(&address.storage);
  if (connect(fd_, to, address.length) != 0 && errno != EINPROGRESS) {
    return connect_next(std::strerror(errno));
  }
  state_ = State::kConnecting;
  timer_.start(limits_.connect_ms);
  poll_ = std::make_unique<uv::Poll>(loop_, fd_, [this](uv::Ready ready) { on_ready(ready); });
  poll_->watch(uv::Ready::kWritable);
}

void TracePost::on_ready(uv::Ready ready) {
  if (state_ == State::kConnecting) return on_connected();
  // Reads first, even while sending: unread data tells more than a socket error, because a
  // collector may refuse a request before it has received all of it.
  if (has(ready, uv::Ready::kReadable | uv::Ready::kError)) return receive();
  send_rest();
}

void TracePost::on_connected() {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) return connect_next(std::strerror(error));
  fresh_ = true;
  begin_exchange();
}

void TracePost::begin_exchange() {
  state_ = State::kExchanging;
  answer_ = TraceAnswer();
  sent_ = 0;
  timer_.start(limits_.exchange_ms);
  poll_->watch(uv::Ready::kReadable | uv::Ready::kWritable);
}

void TracePost::send_rest() {
  while (sent_ < request_.size()) {
    const ssize_t sent = send(fd_, request_.data() + sent_, request_.size() - sent_, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0) return on_gone(errno);
    sent_ += static_cast<size_t>(sent);
  }
  poll_->watch(uv::Ready::kReadable);
}

void TracePost::receive() {
  std::array<char, 4096> bytes{};
  const ssize_t got = recv(fd_, bytes.data(), bytes.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (state_ == State::kIdle) return close_socket();
  if (got <= 0) return on_gone(got < 0 ? errno : 0);
  switch (answer_.feed({bytes.data(), static_cast<size_t>(got)})) {
    case TraceAnswer::State::kDone:
      return finish();
    case TraceAnswer::State::kBroken:
      return fail(ErrorCode::kConnection, "malformed HTTP response");
    default:
      return;
  }
}

// The connection was closed during a request. `error` 0: the collector closed it normally.
void TracePost::on_gone(int error) {
  if (!fresh_ && !answer_.begun()) {
    close_socket();
    return resolve();
  }
  fail(ErrorCode::kConnection,
       error == 0 ? "the collector closed the connection" : std::strerror(error));
}

void TracePost::on_timeout() {
  if (state_ == State::kConnecting) return connect_next("connection timed out");
  const bool resolving = state_ == State::kResolving;
  resolver_.cancel();
  fail(ErrorCode::kTimeout, resolving ? "name resolution timed out" : "no response in time");
}

void TracePost::fail(ErrorCode code, std::string_view what) {
  close_socket();
  std::exchange(done_, nullptr)(Error{code, std::string(what)});
}

void TracePost::finish() {
  const bool keep = answer_.reusable() && sent_ == request_.size();
  if (keep) {
    timer_.stop();
    state_ = State::kIdle;
    poll_->watch(uv::Ready::kReadable);
  } else {
    close_socket();
  }
  request_.clear();
  std::exchange(done_, nullptr)(std::move(answer_));
}

void TracePost::close_socket() {
  timer_.stop();
  poll_.reset();
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
  state_ = State::kClosed;
}

}  // namespace hermod
