#include "flood/connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <vector>

#include "kit/clock.h"
#include "kit/numbered_text.h"

namespace hermod::bench {
namespace {

constexpr size_t kReadBytes = 256 * 1024;
constexpr size_t kPayloadMax = 16 * 1024 * 1024;
constexpr uint32_t kMask = 0x3c5a69c3;
constexpr int kEndedWithoutClose = 1006;  // RFC 6455 section 7.1.5

// One buffer for all connections; an incomplete frame is copied to its connection.
std::vector<char>& read_buffer() {
  static std::vector<char> buffer(kReadBytes);
  return buffer;
}

}  // namespace

void Connection::begin(const Shared& shared, size_t number, const std::string& user,
                       int receive_buffer) {
  began_ns_ = steady_ns();
  inbox_.clear();
  message_.clear();
  const std::string token = shared.target.token(user);
  request_ = shared.target.request(user, token);
  hello_ = shared.target.hello(user, token);
  fd_ = shared.target.connect(number, receive_buffer);
  if (!fd_) return refuse(shared, "connect");
  state_ = State::kConnecting;
  on_writable(shared);
}

void Connection::on_writable(const Shared& shared) {
  const ssize_t sent = send(fd_.get(), request_.data(), request_.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) return;
  if (sent != static_cast<ssize_t>(request_.size())) return refuse(shared, "connect");
  request_ = {};
  state_ = State::kUpgrading;
}

void Connection::on_readable(const Shared& shared) {
  std::vector<char>& buffer = read_buffer();
  const ssize_t got = recv(fd_.get(), buffer.data(), buffer.size(), 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    return state_ == State::kOpen ? lose(shared, kEndedWithoutClose) : refuse(shared, "eof");
  }
  std::string_view bytes(buffer.data(), static_cast<size_t>(got));
  if (!inbox_.empty()) {
    inbox_ += bytes;
    bytes = inbox_;
  }
  size_t used = 0;
  if (state_ == State::kUpgrading) used = read_head(shared, bytes);
  if (state_ == State::kOpen) used += read_frames(shared, bytes.substr(used));
  if (state_ == State::kIdle) return;
  std::string rest(bytes.substr(used));
  inbox_ = std::move(rest);
}

size_t Connection::read_head(const Shared& shared, std::string_view bytes) {
  const size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::string_view head = bytes.substr(0, end + 4);
  if (!shared.target.agreed(head)) {
    refuse(shared, std::string(head.substr(9, 3)));
    return 0;
  }
  state_ = State::kOpen;
  ++shared.tally.opened;
  shared.tally.upgrade_ns.record(static_cast<uint64_t>(steady_ns() - began_ns_));
  if (!hello_.empty()) send(fd_.get(), hello_.data(), hello_.size(), MSG_NOSIGNAL);
  hello_ = {};
  return head.size();
}

size_t Connection::read_frames(const Shared& shared, std::string_view bytes) {
  size_t used = 0;
  Frame frame;
  while (state_ == State::kOpen && used < bytes.size()) {
    const ParseState parsed = parse_server_frame(bytes.substr(used), kPayloadMax, frame);
    if (parsed == ParseState::kNeedMore) break;
    if (parsed == ParseState::kBad) {
      ++shared.tally.bad_frames;
      lose(shared, 1002);
      break;
    }
    used += frame.size;
    read_frame(shared, frame);
  }
  return used;
}

void Connection::read_frame(const Shared& shared, const Frame& frame) {
  switch (frame.opcode) {
    case Opcode::kText:
    case Opcode::kContinuation:
      if (frame.final && message_.empty()) return read_text(shared, frame.payload);
      message_ += frame.payload;
      if (!frame.final) return;
      read_text(shared, message_);
      message_.clear();
      return;
    case Opcode::kBinary:
      ++shared.tally.other_frames;
      return;
    case Opcode::kClose:
      return lose(shared, close_code(frame.payload));
    case Opcode::kPing: {
      ++shared.tally.pings;
      if (!shared.pongs) return;
      const std::string pong = client_frame(Opcode::kPong, frame.payload, kMask);
      const ssize_t sent = send(fd_.get(), pong.data(), pong.size(), MSG_NOSIGNAL);
      if (sent != static_cast<ssize_t>(pong.size())) ++shared.tally.pongs_dropped;
      return;
    }
    case Opcode::kPong:
      return;
  }
}

void Connection::read_text(const Shared& shared, std::string_view text) {
  Tally& tally = shared.tally;
  ++tally.texts;
  tally.text_bytes += text.size();
  const std::optional<Stamp> stamp = read_stamp(text);
  if (!stamp) {
    ++tally.unstamped;
    return;
  }
  tally.count_arrival(check_.arrive(stamp->sequence));
  if (stamp->sent_ns == 0) return;
  const int64_t age_ns = wall_ns() - stamp->sent_ns;
  tally.latency_ns.record(age_ns < 0 ? 0 : static_cast<uint64_t>(age_ns));
}

void Connection::refuse(const Shared& shared, const std::string& why) {
  ++shared.tally.refused[why];
  close();
}

void Connection::lose(const Shared& shared, int code) {
  ++shared.tally.lost[std::to_string(code)];
  close();
}

void Connection::close() {
  fd_.reset();
  state_ = State::kIdle;
  inbox_ = {};
  message_ = {};
}

}  // namespace hermod::bench
