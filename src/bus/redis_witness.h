#pragma once
// Where a script fails for one user with an unknown error: finds out whether the script works at
// all, by running it for a user that does not exist. What it writes expires within seconds.

#include <functional>
#include <string>

#include "bus/redis_keys.h"
#include "bus/redis_scripts.h"

namespace hermod {

class RedisWitness final : ReplyTaker {
 public:
  // Empty: the script works. Else Redis' words.
  using Heard = std::function<void(const std::string& error)>;

  RedisWitness(RedisCommands& commands, RedisScripts& scripts, const RedisNames& names,
               RedisScripts::Script script, Heard heard);

  // `heard` comes later, once for all that ask meanwhile; not at all where the link is lost.
  void ask();

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override { asked_ = false; }

  void publish();
  void replay();

  RedisCommands& commands_;
  RedisScripts& scripts_;
  const RedisNames& names_;
  RedisScripts::Script script_;
  Heard heard_;
  std::string user_;
  uint64_t number_ = 0;  // of the publication: each is a new one to the script
  bool asked_ = false;
};

}  // namespace hermod
