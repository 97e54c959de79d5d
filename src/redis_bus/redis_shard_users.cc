// What a shard does for its users: subscriptions, pages and positions.
#include <utility>

#include "redis_bus/redis_shard.h"

namespace hermod {

RedisShardUsers RedisShard::release(const UserPredicate& leaves) {
  replayer_.release(leaves);
  return {.subscribed = links_.subscriber().subscriptions().release(leaves),
          .publications = publisher_.queue().release(leaves),
          .ack_cursors = ack_cursors_.release(leaves),
          .seen = seen_.release(leaves),
          .leases = leases_.release(leaves)};
}

void RedisShard::subscribe(std::string_view user) {
  if (!state_.closing()) links_.subscriber().subscriptions().add(user);
}

void RedisShard::unsubscribe(std::string_view user) {
  if (state_.closing()) return;
  links_.subscriber().subscriptions().remove(user);
}

void RedisShard::replay(const ReplayRequest& request, Bus::ReplayDone done) {
  if (state_.closing()) return;
  if (!request.after) ack_cursors_.write_before_page(request.user);
  if (recent_.size() == 0) return replayer_.replay(request, std::move(done));
  replayer_.replay(request, [this, user = std::string(request.user),
                             done = std::move(done)](Result<ReplayPage> page) {
    if (page) mark_repeats(user, page.value());
    done(std::move(page));
  });
}

void RedisShard::mark_repeats(std::string_view user, ReplayPage& page) const {
  for (ReplayPage::Entry& entry : page.entries) {
    entry.first_ms = recent_.received_ms(user, entry.event_hash);
  }
}

void RedisShard::acknowledge(const Acknowledgement& acknowledgement) {
  if (state_.closing() || !acknowledgement.stream_id) return;
  ack_cursors_.acknowledge(acknowledgement);
}

void RedisShard::end_cursor(std::string_view user, const Cursor& cursor, CursorEnd end) {
  if (state_.closing()) return;
  if (cursor.connection != 0) replayer_.forget(user, cursor.connection);
  ack_cursors_.end(user, cursor, end);
}

void RedisShard::adopt(const AckCursorQueue::Entry& positions) {
  if (!state_.closing()) ack_cursors_.adopt(positions);
}

}  // namespace hermod
