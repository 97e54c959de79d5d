#include "redis_publish/publish_call.h"

#include <cassert>

#include "redis_schema/event_hash.h"

namespace hermod {
namespace keys = redis_keys;
namespace {

constexpr size_t kArgumentsFirst = 9;  // before those of the records

}  // namespace

void PublishCall::send(const PublishLane& lane, ReplyHandler& handler) const {
  const size_t records = lane.sent;
  assert(records > 0);
  bool traced = false;
  for (size_t i = 0; i < records; ++i) traced = traced || !lane.at(i).traceparent.empty();
  const UserTag tag(*lane.user);
  const size_t seen_keys = shared_.needs_seen_keys(options_.idempotency_ttl_s) ? records : 0;
  RedisCommand call = scripts_.call(RedisScripts::kPublish, handler, 5 + seen_keys,
                                    kArgumentsFirst + (traced ? 3 * records : 2 * records));
  const std::string& user_key = channels_.names.user_key();
  for (const std::string_view key : {keys::kStream, keys::kLast, keys::kAcked}) {
    call.add(user_key, tag.text(), key);
  }
  for (const std::string_view key : keys::kRouted) call.add(user_key, tag.text(), key);
  for (size_t i = 0; i < seen_keys; ++i) {
    call.add(user_key, tag.text(), keys::kSeen, lane.at(i).event_id);
  }
  add_channels(call, *lane.user, tag);
  call.add_number(options_.history_max).add_number(options_.stream_ms);
  call.add_number(options_.user_s).add_number(options_.idempotency_ttl_s);
  call.add(options_.entries_have_hash ? "1" : "").add_number(records);
  for (size_t i = 0; i < records; ++i) call.add_number(event_hash(lane.at(i).event_id));
  for (size_t i = 0; i < records; ++i) call.add(lane.at(i).text);
  for (size_t i = 0; traced && i < records; ++i) call.add(lane.at(i).traceparent);
}

// The command, the user's channel and the pos channel.
void PublishCall::add_channels(RedisCommand& call, std::string_view user,
                               const UserTag& tag) const {
  const std::string& own = channels_.names.user_channel();
  call.add(publish_command(channels_.mode));
  if (channels_.mode != PublishMode::kClassic) {
    call.add(own, tag.text(), keys::kText).add("");
    return;
  }
  const ChannelPattern& pattern = channels_.listen[channels_.publish];
  call.add(pattern.prefix(), user, pattern.suffix()).add(own, tag.text(), keys::kPos);
}

}  // namespace hermod
