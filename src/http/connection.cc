#include "http/connection.h"

#include <sys/socket.h>

#include <cassert>
#include <cerrno>
#include <utility>

// In the usual case, the request head has arrived when the socket is accepted (TCP_DEFER_ACCEPT):
// one recv, one send, and with keep-alive a poll for the next request. The other cases:
//
// - A head in several pieces is collected; each byte is scanned once.
// - If the path accepts a body, the connection waits for it within the time of the head. A body is
//   never larger than a head, so it fits into the same buffer.
// - Pipelined requests are answered in order, one per loop iteration, so that a client with many
//   requests does not delay the others. A request is read when the response before it is written.
// - If the signature of an upgrade's token must wait for its verification, the request waits too.
// - A malformed or too large head is answered, and the connection closes.
// - If the client reads its response slowly, the rest is written when the socket is writable.
//   Nothing is read before it is written completely.
// - After the last response, the connection shuts down its sending side, and reads and discards
//   input. Closing with unread input would reset the connection and could destroy the response.
// - If the client disconnects, the connection ends.

namespace hermod {
namespace {

// At most 256 KiB are read or discarded in one loop iteration.
constexpr int kStepsPerIteration = 16;
constexpr size_t kDiscardBytesMax = 1024 * 1024;

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

ssize_t receive(int fd, char* buffer, size_t bytes) {
  ssize_t got = 0;
  do {
    got = ::recv(fd, buffer, bytes, 0);
  } while (got < 0 && errno == EINTR);
  return got;
}

}  // namespace

void Connection::on_ready(uv::Ready ready) {
  if (has(ready, uv::Ready::kError)) return host_.on_end(*this);
  work();
}

void Connection::work() {
  for (int step = 0; step < kStepsPerIteration; ++step) {
    if (advance() == Step::kWait) return;
  }
  // Let the other connections work. A writable socket is reported again in the next loop iteration.
  wait(stage_, uv::Ready::kWritable);
}

Connection::Step Connection::advance() {
  if (stage_ == Stage::kLinger) return linger();
  if (!out_.empty()) return write();
  if (awaiting_check_) return ask_host(std::move(awaiting_check_));
  if (awaiting_body_) return take_body();
  switch (scan_.scan(in_)) {
    case HeadState::kPartial:
      return read();
    case HeadState::kComplete:
      return take_head();
    case HeadState::kMalformed:
      return answer(host_.on_bad_head(*this, HeadState::kMalformed));
    case HeadState::kTooLarge:
      return answer(host_.on_bad_head(*this, HeadState::kTooLarge));
  }
  return Step::kWait;
}

Connection::Step Connection::read() {
  char buffer[kHeadBytesMax];
  assert(in_.size() < kHeadBytesMax);
  const ssize_t got = receive(descriptor_.get(), buffer, kHeadBytesMax - in_.size());
  if (got > 0) {
    in_.append(buffer, static_cast<size_t>(got));
    return Step::kOn;
  }
  if (got < 0 && would_block()) {
    const bool idle = served_ && in_.empty() && !awaiting_body_;
    wait(idle ? Stage::kIdle : Stage::kHead, uv::Ready::kReadable);
  } else {
    host_.on_end(*this);
  }
  return Step::kWait;
}

Connection::Step Connection::take_head() {
  ParsedHead parsed = parse_request_head(in_);
  if (parsed.state != HeadState::kComplete) return answer(host_.on_bad_head(*this, parsed.state));
  in_.erase(0, parsed.bytes);
  if (in_.empty()) std::string().swap(in_);  // frees the buffer, because many connections are idle
  scan_ = HeadScan();
  if (parsed.head.body == RequestHead::Body::kLength &&
      parsed.head.body_bytes <= host_.body_bytes_max(parsed.head)) {
    awaiting_body_ = std::make_unique<RequestHead>(std::move(parsed.head));
    return Step::kOn;
  }
  return ask_host(std::make_unique<RequestHead>(std::move(parsed.head)));
}

Connection::Step Connection::take_body() {
  const auto bytes = static_cast<size_t>(awaiting_body_->body_bytes);
  if (in_.size() < bytes) return read();
  auto head = std::move(awaiting_body_);
  head->content = in_.substr(0, bytes);
  in_.erase(0, bytes);
  return ask_host(std::move(head));
}

Connection::Step Connection::ask_host(std::unique_ptr<RequestHead> head) {
  Reply reply = host_.on_request(*this, *head);
  if (auto* upgrade = std::get_if<UpgradeRequest>(&reply)) {
    upgrade->early_bytes = std::move(in_);
    host_.on_upgrade(*this, std::move(*upgrade));
    return Step::kWait;
  }
  if (const auto* postponed = std::get_if<Postponed>(&reply)) {
    client = postponed->client;
    awaiting_check_ = std::move(head);
    if (poll_) poll_->watch(uv::Ready::kNone);
    enter(Stage::kCheck);
    return Step::kWait;
  }
  return answer(std::move(std::get<WrittenAnswer>(reply)));
}

Connection::Step Connection::answer(WrittenAnswer answer) {
  assert(out_.empty() && !answer.bytes.empty());
  out_ = std::move(answer.bytes);
  written_ = 0;
  closing_ = answer.connection == Delivery::Connection::kClosed;
  enter(Stage::kAnswer);
  return Step::kOn;
}

Connection::Step Connection::write() {
  const ssize_t sent =
      ::send(descriptor_.get(), out_.data() + written_, out_.size() - written_, MSG_NOSIGNAL);
  if (sent < 0 && would_block()) {
    wait(Stage::kAnswer, uv::Ready::kWritable);
    return Step::kWait;
  }
  if (sent < 0 && errno != EINTR) {
    host_.on_end(*this);
    return Step::kWait;
  }
  if (sent > 0) written_ += static_cast<size_t>(sent);
  if (written_ < out_.size()) return Step::kOn;
  std::string().swap(out_);
  served_ = true;
  host_.on_answered(*this);
  if (closing_) {
    ::shutdown(descriptor_.get(), SHUT_WR);
    std::string().swap(in_);
    enter(Stage::kLinger);
    return Step::kOn;
  }
  // The socket is not watched until the next loop iteration: libuv polls several times in an
  // iteration in which very many sockets are ready.
  if (poll_) poll_->watch(uv::Ready::kNone);
  enter(Stage::kNextIteration);
  return Step::kWait;
}

Connection::Step Connection::linger() {
  char buffer[kHeadBytesMax];
  const ssize_t got = receive(descriptor_.get(), buffer, sizeof buffer);
  if (got > 0 && (discarded_ += static_cast<size_t>(got)) < kDiscardBytesMax) return Step::kOn;
  if (got < 0 && would_block()) {
    wait(Stage::kLinger, uv::Ready::kReadable);
  } else {
    host_.on_end(*this);
  }
  return Step::kWait;
}

void Connection::wait(Stage stage, uv::Ready interest) {
  enter(stage);
  if (!poll_) {
    poll_ = std::make_unique<uv::Poll>(loop_, descriptor_.get(),
                                       [this](uv::Ready ready) { on_ready(ready); });
  }
  poll_->watch(interest);
}

// The time of a stage runs from its beginning, so that a client gains nothing by sending slowly.
void Connection::enter(Stage stage) {
  if (stage == stage_) return;
  host_.on_stage(*this, std::exchange(stage_, stage));
}

int Connection::release() {
  poll_.reset();
  return descriptor_.release();
}

}  // namespace hermod
