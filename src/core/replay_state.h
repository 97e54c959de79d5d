#pragma once
// What is kept of a session that is not live. Owned by it; most have none, since a session is live
// for most of its life.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/stream_id.h"
#include "core/outbox.h"

namespace hermod {

class Session;

struct ReplayState {
  explicit ReplayState(uint64_t& all) : held_by_all(all) {}
  ~ReplayState() { held_by_all -= held_bytes; }
  ReplayState(const ReplayState&) = delete;
  ReplayState& operator=(const ReplayState&) = delete;

  std::vector<Outbox::Item> held;  // external messages that came meanwhile, bounded as an outbox
  size_t held_bytes = 0;           // of their frames
  uint64_t& held_by_all;           // the same of all sessions
  // Steady, since when it is connected: what is routed from then on is not missed.
  int64_t joined_ms = 0;
  std::shared_ptr<Session*> self;  // what a page under way comes back to; replaced to forget it
  StreamId passed_by;              // the newest that went by
  StreamId passed_first;           // the first that did since the subscription was confirmed
};

}  // namespace hermod
