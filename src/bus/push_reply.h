#pragma once
// What comes on a link in subscribed mode, checked.

#include <optional>
#include <string_view>

struct redisReply;

namespace hermod {

struct PushReply {
  enum class Kind { kMessage, kSubscribed, kUnsubscribed } kind;
  std::string_view channel;  // views into the reply
  std::string_view text;     // of a message
};

// None: nothing that belongs on this link.
std::optional<PushReply> read_push_reply(const redisReply& reply);

}  // namespace hermod
