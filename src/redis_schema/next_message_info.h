#pragma once
// The announcement of the next message: a user's pos channel carries the stream id of a message
// immediately before it and, before the stream id, the trace context. The announcement applies only
// to the next message on the link. A stream id that is later than Redis' time allows is ignored.

#include <string>
#include <string_view>

#include "base/stream_id.h"
#include "base/trace_context.h"
#include "redis/redis_time.h"

namespace hermod {

struct NextMessageInfo {
  std::string user;  // empty: nothing is announced
  StreamId stream_id;
  TraceContext trace;  // null: none

  // Processes a message of the pos channel of `from`: a stream id, a traceparent, or an empty
  // payload, which retracts the announcement. Without `time`, no stream id is too late.
  void receive(std::string_view from, std::string_view text, const RedisTime* time = nullptr);
  void forget();
};

}  // namespace hermod
