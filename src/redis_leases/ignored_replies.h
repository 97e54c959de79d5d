#pragma once
// For commands whose replies change nothing. Owned by the components that send such commands.

#include "redis/redis_commands.h"

namespace hermod {

class IgnoredReplies final : public ReplyHandler {
 public:
  void on_reply(const redisReply& /*reply*/) override {}
  void on_reply_lost() override {}
};

}  // namespace hermod
