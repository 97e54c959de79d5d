#include "redis_publish/publish_call.h"

#include <cassert>

#include "redis_schema/event_hash.h"

namespace hermod {
namespace keys = redis_keys;

void PublishCall::send(const PublishLane& lane, ReplyHandler& handler) const {
  const size_t records = lane.sent;
  assert(records > 0);
  bool traced = false;
  for (size_t i = 0; i < records; ++i) traced = traced || !lane.at(i).traceparent.empty();
  const std::string_view user = *lane.user;
  const UserTag tag(user);
  const size_t seen_keys = shared_.needs_seen_keys(options_.idempotency_ttl_s) ? records : 0;
  RedisCommand call = scripts_.call(RedisScripts::kPublish, handler, 5 + seen_keys,
                                    7 + (traced ? 3 * records : 2 * records));
  for (const std::string_view key : {keys::kStream, keys::kLast, keys::kAck}) {
    call.add(names_.user_key(), tag.text(), key);
  }
  for (const std::string_view key : keys::kRouted) call.add(names_.user_key(), tag.text(), key);
  for (size_t i = 0; i < seen_keys; ++i) {
    call.add(names_.user_key(), tag.text(), keys::kSeen, lane.at(i).event_id);
  }
  call.add(channel_.prefix(), user, channel_.suffix());
  call.add(names_.user_channel(), tag.text(), keys::kPos);
  call.add_number(options_.history_max).add_number(options_.stream_ms);
  call.add_number(options_.user_s).add_number(options_.idempotency_ttl_s);
  call.add_number(records);
  for (size_t i = 0; i < records; ++i) call.add_number(event_hash(lane.at(i).event_id));
  for (size_t i = 0; i < records; ++i) call.add(lane.at(i).text);
  for (size_t i = 0; traced && i < records; ++i) call.add(lane.at(i).traceparent);
}

}  // namespace hermod
