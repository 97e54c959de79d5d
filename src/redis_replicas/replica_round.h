#pragma once
// One round: SET and WAIT on the link for replicas. WAIT replies how many replicas have the last
// write of its own connection, so the SET precedes it. Replication keeps the order of the master's
// writes: a replica that has the SET also has everything that the master executed before it.
// ReplicaLink owns it.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "redis/redis_commands.h"

namespace hermod {

struct ReplicaRoundResult {
  enum class Outcome {
    kConfirmed,  // enough replicas have everything from before the round
    kTooFew,     // Redis waited, but not enough replicas confirmed
    kRefused,    // Redis does not permit or does not know the commands
    kFailed,     // another error
  };

  Outcome outcome;
  int64_t replicas = 0;  // that confirmed
  std::string error;     // of Redis; empty for kConfirmed and kTooFew
};

class ReplicaRound final : ReplyHandler {
 public:
  static constexpr uint64_t kWaitMs = 500;  // the longest time that Redis waits in a round

  using Done = std::function<void(const ReplicaRoundResult& result)>;

  // `done` is called at the end of each round, and not at all if the link fails before.
  ReplicaRound(RedisCommands& commands, Done done);

  // Precondition: the link is up, and no round is open.
  void begin(std::string_view key, uint64_t number, uint32_t replicas_min);
  bool open() const { return replies_left_ > 0; }

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override { --replies_left_; }

  ReplicaRoundResult judge(const redisReply& waited) const;

  RedisCommands& commands_;
  Done done_;
  uint32_t replicas_min_ = 0;
  int replies_left_ = 0;
  std::string set_error_;  // empty: the SET succeeded
};

}  // namespace hermod
