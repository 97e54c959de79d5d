#pragma once
// Writes the call of the replay script for a request. If Redis' time is needed first, it writes
// TIME instead and reads the reply.

#include <string>

#include "redis_replay/redis_replayer_options.h"
#include "redis_replay/replay_task.h"
#include "redis_schema/redis_context.h"

namespace hermod {

class ReplayCall {
 public:
  ReplayCall(const RedisContext& redis, const RedisReplayerOptions& options)
      : redis_(redis), options_(options) {}

  // `handler` gets the reply. Sets task.timing if the command is TIME.
  void send(ReplayTask& task, ReplyHandler& handler) const;

  // The reply to TIME: sets task.since_ms. Returns the error; empty: it is set.
  std::string read_time(ReplayTask& task, const redisReply& reply) const;

 private:
  bool needs_time(const ReplayTask& task) const;
  void add_position(const ReplayTask& task, RedisCommand& call) const;

  RedisContext redis_;
  const RedisReplayerOptions options_;
};

}  // namespace hermod
