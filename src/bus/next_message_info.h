#pragma once
// What a user's pos channel said immediately before a message: the place of the text to come, and
// in front of that its trace. It holds for the very next message on the link and no longer. A
// stream id that is too late for Redis to have given it announces nothing.

#include <string>
#include <string_view>

#include "base/stream_id.h"
#include "base/trace_context.h"
#include "bus/redis_time.h"

namespace hermod {

struct NextMessageInfo {
  std::string user;  // whose; empty: nobody's
  StreamId stream_id;
  TraceContext trace;  // null: none

  void receive(std::string_view from, std::string_view text, const RedisTime* time = nullptr);
  void forget();
};

}  // namespace hermod
