#include "ws/outbox_bound.h"

#include <algorithm>
#include <vector>

#include "ws/ws_peer.h"
#include "ws/ws_shared.h"

namespace hermod {

void OutboxBound::set_unsent(WsPeer& peer, size_t unsent_bytes) {
  size_t& unsent = unsent_bytes_[&peer];
  shared_.stats.outboxes.unsent_bytes += unsent_bytes - unsent;
  unsent = unsent_bytes;
}

void OutboxBound::forget(WsPeer& peer) {
  const auto found = unsent_bytes_.find(&peer);
  if (found == unsent_bytes_.end()) return;
  shared_.stats.outboxes.unsent_bytes -= found->second;
  unsent_bytes_.erase(found);
}

bool OutboxBound::enforce() {
  const uint64_t limit = shared_.hub.options().outboxes_bytes_max;
  uint64_t held = shared_.stats.outboxes.held_bytes();
  if (limit == 0 || held <= limit) return false;
  struct Candidate {
    WsPeer* peer;
    bool open;
    uint64_t held;
  };
  std::vector<Candidate> candidates;
  candidates.reserve(unsent_bytes_.size());
  for (const auto& [peer, unsent] : unsent_bytes_) {
    const Outbox& outbox = peer->session().outbox();
    const OutboxLoad load{outbox.messages(), outbox.bytes(), unsent};
    if (peer->state() == WsPeer::State::kDropped) {
      held -= std::min(held, load.held_bytes());  // its memory is about to be freed
    } else {
      candidates.push_back({peer, peer->open(), load.held_bytes()});
    }
  }
  // Closing connections that still hold memory come first, then those with the fullest outboxes.
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    return a.open != b.open ? b.open : a.held > b.held;
  });
  if (held <= limit) return false;
  const uint64_t target = limit - limit / 8;
  for (const Candidate& one : candidates) {
    if (held <= target) break;
    held -= std::min(held, free_memory_of(*one.peer, one.held));
  }
  return !candidates.empty();
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
