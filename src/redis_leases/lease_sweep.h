#pragma once
// Removes the leases of dead processes from a shard, and turns the positions of their connections
// into holds, in steps: each SCAN returns some keys, and the next one follows when the fields of
// the process are removed from them. Of the processes that start a sweep, the one that sets the key
// `<prefix>:sweep:<process>` does it, and deletes the key at the end. A sweep ends early if the
// link fails, and may be started again after 60 s. With presence events, it announces what follows,
// and what the process has not announced. Owned by RedisLeases.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "bus/lease.h"
#include "redis_leases/ignored_replies.h"
#include "redis_leases/presence_calls.h"
#include "redis_schema/redis_context.h"

namespace hermod {

class LeaseSweep final : ReplyHandler {
 public:
  // `hold_s`: the lifetime of a hold in s.
  LeaseSweep(const RedisContext& redis, PresenceCalls& presence, uint64_t hold_s)
      : redis_(redis), presence_(presence), hold_s_(hold_s) {}

  // A process that is alive again keeps its leases. Null: none ever is.
  void set_liveness(const ProcessLiveness* liveness) { liveness_ = liveness; }

  // Starts when the sweeps of before have ended. Does nothing while commands cannot be sent. Empty,
  // with presence events: removes nothing, and looks at all users. Each process does that.
  void start(std::string_view process);

 private:
  enum class State { kIdle, kClaiming, kScanning, kRemoving };

  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  void next();
  void scan();
  void release();
  void on_keys(const redisReply& reply);

  void remove(std::string_view key);
  void hold_positions(std::string_view key);

  RedisContext redis_;
  PresenceCalls& presence_;
  uint64_t hold_s_;
  const ProcessLiveness* liveness_ = nullptr;
  State state_ = State::kIdle;
  std::deque<std::string> processes_;  // the first one is being swept, unless idle
  std::string cursor_;
  size_t expected_ = 0;  // replies for the keys of a step
  IgnoredReplies ignored_;
};

}  // namespace hermod
