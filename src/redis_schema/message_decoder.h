#pragma once
// Decodes the messages on the subscribed channels: finds the user in the channel name, and the
// stream id in the message itself (text_message.h) or in the announcement before it
// (NextMessageInfo). Owned by RedisSubscriber.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/stream_id.h"
#include "base/trace_context.h"
#include "redis/redis_time.h"
#include "redis_schema/next_message_info.h"
#include "redis_schema/redis_channels.h"
#include "redis_schema/seen_message.h"

namespace hermod {

class MessageDecoder {
 public:
  struct Message {
    std::string_view user;  // a view into the channel name
    StreamId stream_id;     // null: an external message
    TraceContext trace;
    std::string_view text;                 // the payload, a view into the message
    uint64_t event_hash = 0;               // event_hash.h; 0: unknown, as in the mode kClassic
    std::optional<SeenMessage> seen = {};  // the message is this, and has no payload
  };

  MessageDecoder(const RedisChannels& channels, const RedisTime& time)
      : channels_(channels), time_(time) {}

  // A message to a user; none: an announcement, a malformed message, or a message on another
  // channel.
  std::optional<Message> decode(std::string_view channel, std::string_view text);

  void forget() { next_.forget(); }  // the next message is not the announced one

  uint64_t malformed() const { return malformed_; }  // messages of a text channel, not decoded

 private:
  std::optional<Message> decode_own(std::string_view user, std::string_view message);

  const RedisChannels& channels_;
  const RedisTime& time_;
  NextMessageInfo next_;  // the announcement of the next message
  uint64_t malformed_ = 0;
  std::string space_;  // holds a user id that is escaped in a channel name
};

}  // namespace hermod
