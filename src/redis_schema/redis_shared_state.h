#pragma once
// What all processes on one Redis share beside the generation key, read on each new connection:
// - the publishing mode. The first process stores it, and each process extends its life while it
//   runs, so that the mode can be changed a minute after all processes ended.
// - the Redis time at which the first process that stores the events in `routed` connected. Older
//   processes may run beside it, and the older form of their events is valid for
//   IDEMPOTENCY_TTL_SECONDS after it.
// RedisCommandLink owns it.

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "redis/redis_commands.h"
#include "redis_schema/publish_mode.h"
#include "redis_schema/redis_keys.h"

namespace hermod {

class RedisSharedState final : ReplyHandler {
 public:
  // `changed` is called at the first answer of a connection, and when refusal() changes.
  RedisSharedState(RedisCommands& commands, const RedisNames& names, PublishMode mode,
                   std::function<void()> changed)
      : commands_(commands), names_(names), mode_(mode), changed_(std::move(changed)) {}

  // Precondition of both: the command link is up.
  void restart();  // on a new connection, and when Redis lost its data: nothing is known
  void tick();     // about once a second: extends the life of the mode, asks again what is unknown

  PublishMode mode() const { return mode_; }  // of this process

  // Why this process must not serve: another process publishes in another mode. Names both. Empty:
  // no other mode is known.
  const std::string& refusal() const { return refusal_; }

  // Whether this process may serve: the mode was read, or Redis refuses to tell it, and it is not
  // refused.
  bool agreed() const { return answered_ && refusal_.empty(); }

  // Whether events must be looked up and stored in the older form, too: keys with `seen`. True
  // while it is unknown. False in a cluster, which the versions with the older form do not support.
  bool needs_seen_keys(uint64_t idempotency_ttl_s) const;

 private:
  enum class Question { kTime, kSince, kStoreSince, kStoreMode, kMode };

  RedisCommand ask(Question question, size_t arguments);
  void check();
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;
  void on_since(const redisReply& reply);
  void on_mode(const redisReply& reply);

  RedisCommands& commands_;
  const RedisNames& names_;
  const PublishMode mode_;
  std::function<void()> changed_;
  std::deque<Question> asked_;  // the commands without a reply, in their order
  int64_t asked_at_ms_ = 0;     // steady time of the last check
  bool answered_ = false;       // whether Redis has a mode
  bool mode_known_ = false;     // Redis has a mode
  std::string refusal_;
  uint64_t since_s_ = 0;    // Redis time; 0: unknown
  uint64_t time_s_ = 0;     // Redis time at `time_at_ms_`
  int64_t time_at_ms_ = 0;  // steady time
};

}  // namespace hermod
