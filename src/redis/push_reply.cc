#include "redis/push_reply.h"

#include "redis/reply.h"

namespace hermod {

std::optional<PushReply> read_push_reply(const redisReply& reply) {
  const auto kind = reply_text_at(reply, 0);
  const auto channel = reply_text_at(reply, 1);
  if (!kind || !channel || reply_size(reply) != 3) return std::nullopt;
  if (*kind == "message" || *kind == "smessage") {
    const auto text = reply_text_at(reply, 2);
    if (!text) return std::nullopt;
    return PushReply{PushReply::Kind::kMessage, *channel, *text};
  }
  if (!reply_integer(*reply_at(reply, 2))) return std::nullopt;
  if (*kind == "subscribe" || *kind == "ssubscribe") {
    return PushReply{PushReply::Kind::kSubscribed, *channel, {}};
  }
  if (*kind == "unsubscribe") return PushReply{PushReply::Kind::kUnsubscribed, *channel, {}};
  if (*kind == "sunsubscribe") {
    return PushReply{PushReply::Kind::kShardUnsubscribed, *channel, {}};
  }
  return std::nullopt;
}

}  // namespace hermod
