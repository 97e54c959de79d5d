#pragma once
// Asks Redis for its run id, which is random and belongs to one server process. Two links with the
// same run id lead to the same process; after a failover or a restart, the ids differ.

#include <functional>
#include <string>

#include "redis/redis_commands.h"

namespace hermod {

class RedisRunId final : ReplyHandler {
 public:
  using Known = std::function<void(const std::string& run_id)>;  // empty: Redis does not tell it

  RedisRunId(RedisCommands& commands, Known known);

  // `known` is called at the reply, and not at all if the link fails before. Precondition: the link
  // is up.
  void ask();

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override {}

  RedisCommands& commands_;
  Known known_;
};

}  // namespace hermod
