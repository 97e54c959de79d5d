#include "ws/peer_scheduler.h"

#include <algorithm>

#include "ws/peer_events.h"
#include "ws/peer_table.h"
#include "ws/shared_limits.h"
#include "ws/ws_shared.h"

namespace hermod {
namespace {

constexpr size_t kFlushesPerClockCheck = 32;  // takes a tenth of a millisecond
constexpr uint64_t kTickNs = 1'000'000'000;   // practically unlimited
constexpr size_t kMassDisconnect = 256;       // removing this many takes about ten milliseconds
constexpr size_t kDeadlinesAtOnce = 256;      // each may be a write or close a connection

}  // namespace

PeerScheduler::PeerScheduler(uv_loop_t* loop, WsShared& shared, const PeerTable& peers,
                             SharedLimits& limits)
    : loop_(loop),
      shared_(shared),
      peers_(peers),
      limits_(limits),
      timer_(loop, [this] { on_timer(); }),
      flush_immediate_(loop, [] {}),  // only wakes the loop; on_iteration_end() flushes
      iteration_hook_(loop, [this] { on_iteration_end(); }) {}

void PeerScheduler::on_removed() {
  if (++removed_ % kMassDisconnect == 0 && on_mass_disconnect_) on_mass_disconnect_();
}

void PeerScheduler::on_iteration_end() {
  removed_ = 0;
  if (!peers_.empty()) inflow_watch_.check(loop_, peers_, shared_);
  if (!shared_.to_flush.empty()) flush_some(uv::Budget());
  if (limits_.enforce_memory()) {
    flush_some(uv::Budget());
    flush_immediate_.ask();
  }
  arm_timer();
}

void PeerScheduler::flush_some(const uv::Budget& budget) {
  // A flush may add peers to the list, or its own again: the same loop handles them, within the
  // budget.
  std::vector<WsPeer*>& to_flush = shared_.to_flush;
  Instant now;
  size_t i = 0;
  for (; i < to_flush.size(); ++i) {
    if (i % kFlushesPerClockCheck == 0) {
      if (i != 0 && budget.spent()) break;
      now = shared_.now();
    }
    if (to_flush[i] != nullptr) to_flush[i]->flush(now);
  }
  to_flush.erase(to_flush.begin(), to_flush.begin() + static_cast<std::ptrdiff_t>(i));
  if (!to_flush.empty()) flush_immediate_.ask();
}

void PeerScheduler::on_timer() {
  armed_for_ms_ = -1;
  shared_.wheel.advance(
      shared_.clock.steady_ms(),
      [](TimerWheel::Entry& entry) { on_due(static_cast<WsPeer&>(entry)); }, kDeadlinesAtOnce);
}

void PeerScheduler::arm_timer() {
  const std::optional<int64_t> due = shared_.wheel.next_due_ms();
  if (due.value_or(-1) == armed_for_ms_) return;
  armed_for_ms_ = due.value_or(-1);
  if (!due) return timer_.stop();
  timer_.start(static_cast<uint64_t>(std::max<int64_t>(*due - shared_.clock.steady_ms(), 0)));
}

void PeerScheduler::tick() {
  on_timer();
  flush_some(uv::Budget(kTickNs));
  arm_timer();
}

}  // namespace hermod
