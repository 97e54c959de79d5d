#pragma once
// Tells whether Redis still has its data: a key with a random value that this process remembers.
// Gone or another one: Redis came back empty, or with the data of somebody else.

#include <functional>
#include <string>

#include "bus/redis_commands.h"
#include "bus/redis_keys.h"

namespace hermod {

class RedisDataCheck final : ReplyTaker {
 public:
  enum class Verdict { kUnknown, kSame, kLost };
  using Checked = std::function<void(Verdict)>;

  RedisDataCheck(RedisCommands& commands, const RedisNames& names)
      : commands_(commands), names_(names) {}

  // Sets the key where there is none, and compares. `checked` does not come when the link is lost,
  // nor for a check that another one has overtaken.
  void check(Checked checked);

  // Why Redis took no write at the last check although it answers: "READONLY ..." of a replica.
  // Empty: it took the write, or nothing is known.
  const std::string& refusal() const { return refusal_; }

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  RedisCommands& commands_;
  const RedisNames& names_;
  std::string value_;  // as it was last seen; empty: none, since Redis would not take one
  std::string refusal_;
  size_t expected_ = 0;
  Checked checked_;
};

}  // namespace hermod
