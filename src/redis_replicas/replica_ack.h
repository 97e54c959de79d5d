#pragma once
// Says when the answer of a publication may be given: when the replicas of the master have the
// message. A failover then loses nothing whose Kafka offset was stored. On a link of its own,
// rounds of SET and WAIT (ReplicaRound) follow each other while answers wait, and none while no
// answer waits. The owner of a shard owns it, if REDIS_REPLICAS_MIN is not 0.
//
// - The publisher asks await() for each answer and holds the answer for the number that it returns.
// - A round succeeds: on_replicated() gives the answers that arrived before the round began.
// - The command link fails or moves: the owner calls on_master_lost() and sends the publications of
//   the held answers again. When the command link is connected again, it calls set_master().
// - No round succeeds within the limit, no replica is known, or Redis refuses WAIT: the held
//   answers are given, later ones do not wait (ReplicaWait), and all of them are counted.
// - The link fails: it reconnects by itself, and the answers wait.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "hermod/log.h"
#include "redis_replicas/replica_ack_options.h"
#include "redis_replicas/replica_link.h"
#include "redis_replicas/replica_pace.h"
#include "redis_replicas/replica_wait.h"
#include "uv/timer.h"

namespace hermod {

class ReplicaAckListener {
 public:
  // The held answers with numbers up to this one can be given. Returns how many there were.
  virtual size_t on_replicated(uint64_t number) = 0;
  // Redis answered a round with an error. MOVED, ASK and TRYAGAIN concern the key: the owner
  // chooses another one (set_key()). After READONLY or MASTERDOWN, the master may have changed.
  virtual void on_replica_error(std::string_view error) = 0;
  virtual void on_replica_state() = 0;  // status().reason became empty, or no longer is

 protected:
  ~ReplicaAckListener() = default;
};

struct ReplicaAckStatus {
  std::string reason;         // why answers do not wait for replicas; empty: they do
  uint64_t unreplicated = 0;  // answers that were given without replicas
  uint64_t rounds = 0;
  int64_t round_us = -1;  // of the last round that succeeded; -1: none yet
};

class ReplicaAck {
 public:
  // `key` belongs to the rounds alone, and must be in a slot of the master.
  ReplicaAck(uv_loop_t* loop, const Clock& clock, Log& log, const RedisLinkOptions& link,
             const ReplicaAckOptions& options, std::string key, ReplicaAckListener& listener);

  void start() { link_.start(); }
  void stop();  // immediately, without a call of the listener

  // An answer arrived. Returns the number of on_replicated() that it waits for; 0: it does not
  // wait.
  uint64_t await();

  void set_key(std::string key);
  void move_to(const RedisEndpoint& endpoint, std::string_view reason) {
    link_.move_to(endpoint, reason);
  }

  // The command link is connected to the Redis with this run id (RedisRunId).
  void set_master(const std::string& run_id) { link_.set_master(run_id); }
  // The command link is down: no answer is held any more, and no round begins before set_master().
  void on_master_lost();

  // How many replicas of the master are known and not marked as failed. Until the first call,
  // answers wait. With some, but fewer than `replicas_min`, they wait as well, for the whole limit.
  void set_replicas(size_t known);

  ReplicaAckStatus status() const;

 private:
  void schedule();
  void begin();
  void on_ready();
  void on_down(std::string_view reason);
  void on_round(const ReplicaRoundResult& result);
  void on_limit();
  void report();

  Log& log_;
  std::string key_;
  ReplicaAckListener& listener_;
  ReplicaWait wait_;
  ReplicaLink link_;
  ReplicaPace pace_;
  uv::Timer limit_;  // of the wait; it fires at the limit of some answer, not of each one
  ReplicaWait::State reported_ = ReplicaWait::State::kWaiting;
  int64_t began_us_ = 0;
  int64_t round_us_ = -1;
};

}  // namespace hermod
