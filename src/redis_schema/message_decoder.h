#pragma once
// Decodes the messages on the subscribed channels: finds the user in the channel name, and joins
// the message with the announcement before it (NextMessageInfo). Owned by RedisSubscriber.

#include <optional>
#include <string>
#include <string_view>

#include "base/stream_id.h"
#include "base/trace_context.h"
#include "redis/redis_time.h"
#include "redis_schema/next_message_info.h"
#include "redis_schema/redis_channels.h"

namespace hermod {

class MessageDecoder {
 public:
  struct Message {
    std::string_view user;  // a view into the channel name
    StreamId stream_id;     // null: an external message
    TraceContext trace;
  };

  MessageDecoder(const RedisChannels& channels, const RedisTime& time)
      : channels_(channels), time_(time) {}

  // A message to a user; none: an announcement, or a message on another channel.
  std::optional<Message> decode(std::string_view channel, std::string_view text);

  void forget() { next_.forget(); }  // the next message is not the announced one

 private:
  const RedisChannels& channels_;
  const RedisTime& time_;
  NextMessageInfo next_;  // the announcement of the next message
  std::string space_;     // holds a user id that is escaped in a channel name
};

}  // namespace hermod
