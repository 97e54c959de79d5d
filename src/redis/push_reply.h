#pragma once
// A validated reply on a link in subscribed mode.

#include <optional>
#include <string_view>

struct redisReply;

namespace hermod {

struct PushReply {
  enum class Kind {
    kMessage,  // on a channel, sharded or not
    kSubscribed,
    kUnsubscribed,
    // The reply to SUNSUBSCRIBE, or unsolicited: the slot of the channel left this server. The two
    // are equal in Redis' protocol; the caller knows whether it asked.
    kShardUnsubscribed,
  } kind;
  std::string_view channel;  // views into the reply
  std::string_view text;     // the payload of a kMessage
};

// None: such a reply is not valid on this link.
std::optional<PushReply> read_push_reply(const redisReply& reply);

}  // namespace hermod
