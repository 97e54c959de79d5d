#pragma once
// Redis' own time, asked for each second. Stream ids are of that time, which may be far from this
// machine's.

#include <cstdint>

#include "bus/redis_commands.h"
#include "uv/immediate.h"

namespace hermod {

class RedisTime final : ReplyTaker {
 public:
  RedisTime(uv_loop_t* loop, RedisCommands& commands)
      : commands_(commands), immediate_(loop, [this] { ask(); }) {}

  void ask();
  void ask_soon() { immediate_.ask(); }  // on the next loop iteration
  void stop() { immediate_.cancel(); }
  void forget() { latest_ms_ = 0; }  // the next connection may lead to another clock

  // Whether a stream id of this time cannot be one: it is later than Redis' time plus a minute.
  // False while Redis' time is not known.
  bool is_too_late(uint64_t ms) const;

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override {}

  RedisCommands& commands_;
  uint64_t latest_ms_ = 0;  // the latest time of an id as Redis answered last; 0: not known
  int64_t read_at_ms_ = 0;  // steady
  uv::Immediate immediate_;
};

}  // namespace hermod
