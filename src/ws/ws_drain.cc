#include "ws/ws_drain.h"

#include <algorithm>

#include "base/random.h"
#include "ws/peer_table.h"

namespace hermod {
namespace {

constexpr size_t kClosesAtOnce = 64;          // takes about a millisecond
constexpr int64_t kRetryWindowMsMin = 1'000;  // spreads reconnections after a drain at once

}  // namespace

WsDrain::WsDrain(uv_loop_t* loop, PeerTable& peers, const Clock& clock)
    : peers_(peers),
      clock_(clock),
      timer_(loop, [this] { on_step(); }),
      rest_(loop, [this] { close_some(); }) {}

void WsDrain::begin(int64_t window_ms, Handshakes handshakes) {
  handshakes_ = handshakes;
  pace_.begin(clock_.steady_ms(), window_ms, peers_.size());
  timer_.start(0, DrainPace::kStepMs);
}

void WsDrain::on_step() {
  pace_.on_step(clock_.steady_ms(), peers_.size());
  rest_.ask();
}

void WsDrain::close_some() {
  for (size_t i = 0; i < kClosesAtOnce; ++i) {
    const std::optional<size_t> position = pace_.next(peers_.size());
    if (!position) return;
    WsPeer& peer = peers_.at(*position);
    if (peer.open()) {
      peer.close_with(refusal());
      pace_.on_close_sent();
    } else if (handshakes_ == Handshakes::kDrop && peer.state() == WsPeer::State::kHandshake) {
      peer.drop();
    }
  }
  rest_.ask();
}

void WsDrain::on_removed() {
  if (pace_.on_removed()) rest_.ask();
}

void WsDrain::stop() {
  timer_.stop();
  rest_.cancel();
}

// The time to reconnect is random, so that the clients do not return at the same time.
Refusal WsDrain::refusal() const {
  const auto window = static_cast<uint64_t>(std::max(pace_.window_ms(), kRetryWindowMsMin));
  Refusal refusal = refusal_for(RefusalReason::kShuttingDown);
  refusal.retry_after_ms = static_cast<int64_t>(random_u64() % window);
  return refusal;
}

}  // namespace hermod
