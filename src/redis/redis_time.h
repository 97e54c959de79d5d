#pragma once
// Redis' own time, queried every second. Stream ids contain that time, which may differ from the
// clock of this machine.

#include <cstdint>
#include <optional>

#include "redis/redis_commands.h"
#include "uv/immediate.h"

namespace hermod {

// The reply to TIME, in milliseconds since 1970; none: the reply is not a time.
std::optional<uint64_t> read_time_reply(const redisReply& reply);

class RedisTime final : ReplyHandler {
 public:
  RedisTime(uv_loop_t* loop, RedisCommands& commands)
      : commands_(commands), immediate_(loop, [this] { ask(); }) {}

  void ask();
  void ask_later() { immediate_.ask(); }  // in the next loop iteration
  void stop() { immediate_.cancel(); }
  void forget() { latest_ms_ = 0; }  // the next connection may lead to a Redis with another clock

  // True if Redis cannot have assigned a stream id with this time, because it is more than a minute
  // later than Redis' time. False while Redis' time is unknown.
  bool is_too_late(uint64_t ms) const;

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override {}

  RedisCommands& commands_;
  uint64_t latest_ms_ = 0;  // the latest valid time of an id at the last reply; 0: unknown
  int64_t read_at_ms_ = 0;  // steady time of the last reply
  uv::Immediate immediate_;
};

}  // namespace hermod
