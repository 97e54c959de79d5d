#pragma once
// Whether answers wait for replicas, and for which round. An answer waits for the first round that
// begins after it arrived. If no round succeeds within the limit, if no replica is known, or if
// Redis refuses WAIT, answers are given without replicas, and counted. ReplicaAck owns it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "redis_replicas/replica_ack_options.h"

namespace hermod {

class ReplicaWait {
 public:
  enum class State {
    kWaiting,       // answers wait
    kNoReplica,     // no replica is known
    kUnreplicated,  // no round succeeded within the limit; the rounds go on
    kRefused,       // Redis refuses the rounds; each new connection tries one
  };

  ReplicaWait(const Clock& clock, const ReplicaAckOptions& options)
      : clock_(clock), options_(options) {}

  // An answer arrived. Returns the number of the round that it waits for. 0: it does not wait, and
  // was counted.
  uint64_t await();
  bool waits() const { return awaited_ > confirmed_; }  // at least one answer does
  void forget() { awaited_ = confirmed_; }              // none waits any more
  void count_unreplicated(size_t answers) { unreplicated_ += answers; }

  bool wants_round() const;
  uint64_t begin_round();           // returns its number
  void confirm();                   // the round that began last succeeded
  void fail(std::string reason);    // it did not
  void refuse(std::string reason);  // Redis refuses it
  void try_again();                 // a new connection: Redis may permit the rounds again
  void link_down(std::string_view reason);

  void expire();            // the answers no longer wait if ms_left() is 0
  int64_t ms_left() const;  // until the limit; precondition: waits()

  void set_replicas(size_t known);  // of the master; those that failed are not counted

  State state() const { return state_; }
  // Why answers do not wait; empty: they do.
  std::string reason() const;
  uint64_t rounds() const { return begun_; }
  uint64_t unreplicated() const { return unreplicated_; }

 private:
  void enter(State next);

  const Clock& clock_;
  const ReplicaAckOptions options_;
  State state_ = State::kWaiting;
  std::string failure_;        // of the last round that failed
  bool may_try_ = false;       // in kRefused: a round may test it
  uint64_t begun_ = 0;         // the number of the last round
  uint64_t awaited_ = 0;       // of the last round that an answer waits for
  uint64_t confirmed_ = 0;     // of the last round that succeeded
  int64_t since_ms_ = 0;       // steady time since when an answer waits without a success
  uint64_t unreplicated_ = 0;  // answers that were given without replicas
};

}  // namespace hermod
