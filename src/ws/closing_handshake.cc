#include "ws/closing_handshake.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "core/peer.h"
#include "ws/frame.h"

namespace hermod {
namespace {

constexpr std::string_view kLastPing = "last";  // other pings have numbers as payload

// The time that the library has to pass its close frame to the kernel before our side is shut down.
constexpr int64_t kLingerMs = 100;

[[maybe_unused]] bool may_follow(ClosingHandshake::State from, ClosingHandshake::State to) {
  using State = ClosingHandshake::State;
  if (to == State::kTimedOut) return from != State::kTimedOut;
  if (to == State::kAwaitEnd) return from == State::kLinger;
  return to == State::kLinger && from == State::kAwaitAnswer;
}

}  // namespace

void ClosingHandshake::enter(State next) {
  assert(may_follow(state_, next));
  state_ = next;
}

void ClosingHandshake::on_client_code(uint16_t code) {
  clean_ = code == static_cast<uint16_t>(CloseCode::kNormal) ||
           code == static_cast<uint16_t>(CloseCode::kGoingAway);
}

void ClosingHandshake::append_last_ping(std::string_view user, StreamId stream_id,
                                        std::string& out) {
  assert(state_ == State::kAwaitAnswer);
  assert(!stream_id_);
  assert(stream_id);
  user_ = user;
  stream_id_ = stream_id;
  append_frame(out, Opcode::kPing, kLastPing);
}

StreamId ClosingHandshake::confirmed_by(std::string_view pong_payload) {
  if (pong_payload != kLastPing) return {};
  return std::exchange(stream_id_, StreamId{});
}

bool ClosingHandshake::admit(size_t bytes, size_t bytes_max) {
  received_bytes_ += static_cast<uint32_t>(bytes) + 1;
  return received_bytes_ <= bytes_max;
}

void ClosingHandshake::begin_linger(int64_t now_ms) {
  enter(State::kLinger);
  due_ms_ = now_ms + kLingerMs;
}

ClosingHandshake::State ClosingHandshake::on_due(int64_t now_ms, bool has_unsent) {
  assert(state_ != State::kTimedOut);
  if (now_ms >= close_by_ms_) {
    enter(State::kTimedOut);
  } else if (state_ == State::kLinger && has_unsent) {
    due_ms_ = std::min(now_ms + kLingerMs, close_by_ms_);
  } else {
    due_ms_ = 0;
    if (state_ == State::kLinger) enter(State::kAwaitEnd);
  }
  return state_;
}

}  // namespace hermod
