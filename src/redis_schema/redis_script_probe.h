#pragma once
// Runs a script for a user that does not exist. When the script fails for one user with an unknown
// error, this shows whether the script works at all. The keys that it writes expire within seconds.

#include <functional>
#include <string>

#include "redis_schema/redis_context.h"

namespace hermod {

class RedisScriptProbe final : ReplyHandler {
 public:
  // Empty: the script works. Otherwise Redis' error message.
  using Done = std::function<void(const std::string& error)>;

  RedisScriptProbe(const RedisContext& redis, RedisScripts::Script script, Done done);

  // Starts a run. `done` is called later, once for all calls during the run, and not at all if the
  // link fails.
  void ask();

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override { asked_ = false; }

  void publish();
  void replay();

  RedisContext redis_;
  RedisScripts::Script script_;
  Done done_;
  std::string user_;
  bool asked_ = false;
};

}  // namespace hermod
