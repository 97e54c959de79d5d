#include "redis_schema/next_message_info.h"

namespace hermod {

void NextMessageInfo::receive(std::string_view from, std::string_view text, const RedisTime* time) {
  auto next = parse_stream_id(text);  // an empty message retracts the announcement
  if (next && time != nullptr && time->is_too_late(next->ms)) next.reset();
  if (!next || user != from || stream_id) forget();
  if (!next) trace = parse_traceparent(text).value_or(TraceContext{});
  if (!next && !trace) return;
  user.assign(from);
  stream_id = next.value_or(StreamId{});
}

void NextMessageInfo::forget() {
  user.clear();
  stream_id = StreamId{};
  trace = TraceContext{};
}

}  // namespace hermod
