#pragma once
// The state of a session that is waiting for its subscription or replaying. Owned by the session
// and destroyed when it goes live, so most sessions have none.

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

  std::vector<Outbox::Item> held;  // external messages, sent after the replay; bounded as an outbox
  size_t held_bytes = 0;           // size of the held frames
  uint64_t& held_by_all;           // the sum of held_bytes over all sessions
  // Steady time of the connection's start. Messages routed since then are always replayed.
  int64_t joined_ms = 0;
  // Leads the pending page to its session. Replaced or reset so that the page is ignored.
  std::shared_ptr<Session*> self;
  StreamId newest_skipped;  // the newest live message that was skipped
  StreamId first_skipped;   // the first one skipped since the subscription was confirmed
};

}  // namespace hermod
