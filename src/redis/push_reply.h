#pragma once
// A validated reply on a link in subscribed mode.

#include <optional>
#include <string_view>

struct redisReply;

namespace hermod {

struct PushReply {
  enum class Kind { kMessage, kSubscribed, kUnsubscribed } kind;
  std::string_view channel;  // views into the reply
  std::string_view text;     // the payload of a kMessage
};

// None: such a reply is not valid on this link.
std::optional<PushReply> read_push_reply(const redisReply& reply);

}  // namespace hermod
