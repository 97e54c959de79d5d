#include "ws/outbox_bound.h"

#include <algorithm>
#include <vector>

#include "ws/ws_peer.h"
#include "ws/ws_shared.h"

namespace hermod {

void OutboxBound::set_behind(WsPeer& peer, size_t unsent_bytes) {
  size_t& unsent = behind_[&peer];
  shared_.stats.outboxes.unsent_bytes += unsent_bytes - unsent;
  unsent = unsent_bytes;
}

void OutboxBound::forget(WsPeer& peer) {
  const auto found = behind_.find(&peer);
  if (found == behind_.end()) return;
  shared_.stats.outboxes.unsent_bytes -= found->second;
  behind_.erase(found);
}

bool OutboxBound::enforce() {
  const uint64_t most = shared_.hub.options().outboxes_bytes_max;
  uint64_t held = shared_.stats.outboxes.held_bytes();
  if (most == 0 || held <= most) return false;
  struct One {
    WsPeer* peer;
    bool open;
    uint64_t held;
  };
  std::vector<One> all;
  all.reserve(behind_.size());
  for (const auto& [peer, unsent] : behind_) {
    const Outbox& outbox = peer->session().outbox();
    const OutboxLoad load{outbox.messages(), outbox.bytes(), unsent};
    if (peer->state() == WsPeer::State::kDropped) {
      held -= std::min(held, load.held_bytes());  // its memory is about to be freed
    } else {
      all.push_back({peer, peer->open(), load.held_bytes()});
    }
  }
  // Closing connections that still hold memory come first, then those with the fullest outboxes.
  std::ranges::sort(
      all, [](const One& a, const One& b) { return a.open != b.open ? b.open : a.held > b.held; });
  if (held <= most) return false;
  const uint64_t target = most - most / 8;
  for (const One& one : all) {
    if (held <= target) break;
    held -= std::min(held, free_memory_of(*one.peer, one.held));
  }
  return !all.empty();
}

// Returns the number of bytes that are freed, now or when the connection is closed.
uint64_t OutboxBound::free_memory_of(WsPeer& peer, uint64_t held) {
  if (!peer.open()) {
    peer.drop();
    return held;
  }
  ++shared_.stats.limits_struck["outboxes_bytes"];
  if (shared_.hub.options().outbox.policy == SlowPolicy::kDropOldest) {
    const uint64_t dropped = peer.traffic().session().drop_half();
    if (dropped != 0) return dropped;
  }
  peer.close(CloseCode::kTryLater, ErrorCode::kRateLimit, "slow client: memory limit");
  return held;
}

}  // namespace hermod
