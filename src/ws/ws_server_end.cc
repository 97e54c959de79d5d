// WsServer: drain and close, a bounded number of connections per loop iteration. The peers know how
// to close and how long to wait; this file decides the order, and detects when all are closed.
//
// The list is processed from its end to its beginning. A connection that is removed in the meantime
// is replaced by the last one: either that one was already closed, or it moves nearer to the
// beginning and is still reached.
#include <algorithm>
#include <cassert>
#include <utility>

#include "base/random.h"
#include "ws/ws_server.h"

namespace hermod {
namespace {

constexpr uint64_t kDrainStepMs = 25;
constexpr size_t kClosesAtOnce = 64;  // takes about a millisecond
// The maximum of connections that may answer their close frames in one iteration, at 30 us each.
// Connections that do not answer within a step are not counted in the next one: if none answers,
// 128 are closed in each step.
constexpr size_t kUnansweredMax = 128;
constexpr int64_t kRetryWindowMsMin = 1'000;  // spreads reconnections after a drain at once

}  // namespace

void WsServer::drain(int64_t window_ms, Closed done) {
  assert(!draining_);
  drained_done_ = std::move(done);
  begin_drain(window_ms);
}

void WsServer::begin_drain(int64_t window_ms) {
  draining_ = true;
  drain_window_ms_ = window_ms;
  drain_started_ms_ = shared_.clock.steady_ms();
  drain_total_ = drain_next_ = peers_.size();
  drained_ = 0;
  drain_timer_.start(0, kDrainStepMs);
}

void WsServer::on_drain_step() {
  const int64_t elapsed = shared_.clock.steady_ms() - drain_started_ms_;
  if (elapsed >= drain_window_ms_) {
    drain_target_ = SIZE_MAX;
    // A second pass, for connections whose handshake was not complete in the first one.
    if (drain_next_ == 0) drain_next_ = peers_.size();
  } else {
    drain_target_ = drain_total_ * static_cast<size_t>(elapsed + kDrainStepMs) /
                    static_cast<size_t>(drain_window_ms_);
  }
  drain_unanswered_ = 0;
  drain_rest_.ask();
  if (peers_.empty()) finish_immediate_.ask();
}

void WsServer::drain_some() {
  drain_next_ = std::min(drain_next_, peers_.size());
  for (size_t i = 0; i < kClosesAtOnce; ++i) {
    if (drain_next_ == 0 || drained_ >= drain_target_) return;
    if (drain_unanswered_ >= kUnansweredMax) return;
    WsPeer& peer = peers_.at(--drain_next_);
    if (peer.open()) {
      peer.close_with({CloseCode::kGoingAway, ErrorCode::kServiceUnavailable, "shutting down",
                       retry_after_drain_ms()});
      ++drained_;
      ++drain_unanswered_;
    } else if (closing_ && peer.state() == WsPeer::State::kHandshake) {
      peer.drop();
    }
  }
  drain_rest_.ask();
}

void WsServer::on_drained_one() {
  if (drain_unanswered_ > 0 && --drain_unanswered_ == kUnansweredMax / 2) drain_rest_.ask();
  if (peers_.empty()) finish_immediate_.ask();
}

// Random, so that the clients do not return at the same time.
int64_t WsServer::retry_after_drain_ms() const {
  const auto window = static_cast<uint64_t>(std::max(drain_window_ms_, kRetryWindowMsMin));
  return static_cast<int64_t>(random_u64() % window);
}

void WsServer::close(Closed closed) {
  if (closing_) return;
  closing_ = true;
  closed_ = std::move(closed);
  begin_drain(0);
  finish_immediate_.ask();
}

void WsServer::maybe_finish() {
  if (!peers_.empty()) return;
  drain_timer_.stop();
  drain_rest_.cancel();
  if (const Closed done = std::exchange(drained_done_, nullptr)) done();
  if (!closing_) return;
  // Must come last: the callback may delete this.
  if (const Closed closed = std::exchange(closed_, nullptr)) closed();
}

}  // namespace hermod
