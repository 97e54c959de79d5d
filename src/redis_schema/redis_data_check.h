#pragma once
// Detects whether Redis lost its data: the generation key holds a random value that this process
// remembers. If the key is missing or has another value, Redis restarted empty or with other data.

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "redis/redis_commands.h"
#include "redis_schema/redis_keys.h"

namespace hermod {

class RedisDataCheck final : ReplyHandler {
 public:
  enum class Verdict { kUnknown, kSame, kLost };
  using Checked = std::function<void(Verdict)>;

  // `checked` gets the result of each check, unless the link fails, or another check begins before
  // the reply.
  RedisDataCheck(RedisCommands& commands, const RedisNames& names, Checked checked)
      : commands_(commands), names_(names), checked_(std::move(checked)) {}

  void check();  // sets the key if it does not exist, and compares its value

  // The name of the key has changed: the next check only learns the value.
  void forget() { value_.clear(); }

  // Redis' error message if it rejected the write of the last check: "READONLY ..." from a replica.
  // Empty: it accepted the write, or the state is unknown.
  const std::string& refusal() const { return refusal_; }

 private:
  enum class Question { kFormer, kSet, kGet };

  void ask(Question question);
  void set_and_get(std::string_view value);
  void finish(const redisReply& reply);
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  RedisCommands& commands_;
  const RedisNames& names_;
  Checked checked_;
  std::string value_;  // as last seen; empty: none, because Redis rejected the write
  std::string refusal_;
  std::deque<Question> asked_;  // the commands without a reply, in their order
};

}  // namespace hermod
