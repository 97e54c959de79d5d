// Pages, the positions at which they begin, and the marks of seen messages.
#include <utility>

#include "bus/memory_bus.h"

namespace hermod {

void MemoryBus::replay(const ReplayRequest& request, ReplayDone done) {
  enqueue(
      {PendingRequest::Kind::kReplay, std::string(request.user), 0, {}, request, std::move(done)});
}

void MemoryBus::acknowledge(const Acknowledgement& acknowledgement) {
  if (state_ < State::kClosing && acknowledgement.stream_id) history_.acknowledge(acknowledgement);
}

// If the shard is down, the pages after the outage have what was seen.
void MemoryBus::mark_seen(const SeenRequest& request) {
  if (state_ >= State::kClosing) return;
  std::vector<StreamId> seen = history_.mark_seen(request);
  if (seen.empty()) return;
  PendingRequest pending{PendingRequest::Kind::kSeen, std::string(request.user),
                         request.connection};
  pending.seen = std::move(seen);
  enqueue(std::move(pending));
}

void MemoryBus::end_cursor(std::string_view user, const Cursor& cursor, CursorEnd end) {
  if (state_ < State::kClosing) history_.end_cursor(user, cursor, end);
}

ReplayPage MemoryBus::page(const ReplayRequest& request) {
  ReplayPage page = history_.page(request);
  page.revoked_s = presence_->revoked_s(request.user, clock_.wall_ms());
  return page;
}

}  // namespace hermod
