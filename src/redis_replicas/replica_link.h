#pragma once
// The link for rounds (ReplicaRound), which has no other commands: WAIT blocks its connection. A
// confirmation is only valid if the link leads to the process that executed the publications.
// After a failover or a restart, one of the two links can notice it before the other, so the run
// ids of both are compared: without equal ones, there is no round. ReplicaAck owns it.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "redis/redis_commands.h"
#include "redis/redis_run_id.h"
#include "redis_replicas/replica_ack_options.h"
#include "redis_replicas/replica_round.h"
#include "uv/timer.h"

namespace hermod {

class ReplicaLink final : RedisCommandsListener {
 public:
  struct Events {
    std::function<void()> ready;  // rounds can begin: a new connection, or another master
    std::function<void(std::string_view reason)> down;  // an open round has no result
    ReplicaRound::Done round;
  };

  ReplicaLink(uv_loop_t* loop, const Clock& clock, const RedisLinkOptions& link,
              const ReplicaAckOptions& options, Events events);

  void start() { commands_.start(); }
  void stop();  // immediately, without an event
  void move_to(const RedisEndpoint& endpoint, std::string_view reason) {
    commands_.move_to(endpoint, reason);
  }

  std::string address() const { return commands_.endpoint().address(); }

  // The run id of the Redis that the command link leads to; empty: Redis does not tell it, and each
  // is accepted. None: the command link is down. A link to another process reconnects.
  void set_master(std::optional<std::string> run_id);

  bool ready() const { return commands_.up() && is_master() && !round_.open(); }
  void begin(std::string_view key, uint64_t number);  // precondition: ready()

 private:
  void on_commands_up() override;
  void on_commands_down(std::string_view reason) override;

  void on_run_id(const std::string& run_id);
  void on_round(const ReplicaRoundResult& result);
  bool is_master() const;
  void check_master();

  const ReplicaAckOptions options_;
  Events events_;
  RedisCommands commands_;
  RedisRunId run_id_;
  ReplicaRound round_;
  std::optional<std::string> own_id_;  // of the Redis that this link leads to; none: not known yet
  std::optional<std::string> master_id_;
  uv::Timer silence_;  // limits the time without a reply
};

}  // namespace hermod
