// Sending everybody away. The connections know how to end and how long to wait for it; here is only
// in which order they are told, and when all are gone.
#include <algorithm>
#include <cassert>
#include <utility>

#include "base/random.h"
#include "ws/ws_server.h"

namespace hermod {
namespace {

constexpr uint64_t kDrainStepMs = 50;
constexpr int64_t kRetryWindowMsMin = 1'000;  // over which clients come back after a drain at once

}  // namespace

void WsServer::drain(int64_t window_ms, Closed done) {
  assert(!draining_);
  draining_ = true;
  drained_done_ = std::move(done);
  drain_window_ms_ = window_ms;
  drain_started_ms_ = shared_.clock.steady_ms();
  drain_total_ = peers_.size();
  drain_timer_.start(0, kDrainStepMs);
}

void WsServer::on_drain_step() {
  const int64_t elapsed = shared_.clock.steady_ms() - drain_started_ms_;
  const bool last = elapsed >= drain_window_ms_;
  const size_t target = last ? drain_total_
                             : drain_total_ * static_cast<size_t>(elapsed + kDrainStepMs) /
                                   static_cast<size_t>(drain_window_ms_);
  for (WsPeer* peer : peers_) {
    if (!last && drained_ >= target) break;
    if (!peer->open()) continue;
    send_one_away(*peer, drain_window_ms_);
    ++drained_;
  }
  if (last) drain_timer_.stop();
  if (peers_.empty()) finish_soon_.ask();
}

void WsServer::send_one_away(WsPeer& peer, int64_t window_ms) {
  const auto window = static_cast<uint64_t>(std::max(window_ms, kRetryWindowMsMin));
  peer.send_away("restart", static_cast<int64_t>(random_u64() % window));
}

void WsServer::close(Closed closed) {
  if (closing_) return;
  closing_ = true;
  closed_ = std::move(closed);
  drain_timer_.stop();
  for (WsPeer* peer : peers_) {
    send_one_away(*peer, 0);
    if (peer->state_ == WsPeer::State::kHandshake) peer->drop();
  }
  finish_soon_.ask();
}

void WsServer::maybe_finish() {
  if (!peers_.empty()) return;
  drain_timer_.stop();
  if (const Closed done = std::exchange(drained_done_, nullptr)) done();
  if (!closing_) return;
  // The last word, since it may free this object.
  if (const Closed closed = std::exchange(closed_, nullptr)) closed();
}

}  // namespace hermod
