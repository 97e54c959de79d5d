#include "redis_replicas/replica_round.h"

#include <cassert>
#include <utility>

#include "redis/reply.h"

namespace hermod {
namespace {

constexpr uint64_t kKeySeconds = 3600;  // lifetime of the key, whose value nothing reads

// Managed services and proxies report a command that they do not know with the code ERR. Redis
// itself uses that code for WAIT if it is a replica.
bool is_refusal_of_wait(const std::string& error) {
  if (error.find("replica instances") != std::string::npos) return false;
  return is_error_of(error, "NOPERM") || is_error_of(error, "ERR");
}

}  // namespace

ReplicaRound::ReplicaRound(RedisCommands& commands, Done done)
    : commands_(commands), done_(std::move(done)) {}

void ReplicaRound::begin(std::string_view key, uint64_t number, uint32_t replicas_min) {
  assert(!open());
  replicas_min_ = replicas_min;
  replies_left_ = 2;
  set_error_.clear();
  commands_.command(*this, 5).add("SET").add(key).add_number(number).add("EX").add_number(
      kKeySeconds);
  commands_.command(*this, 3).add("WAIT").add_number(replicas_min).add_number(kWaitMs);
  commands_.flush();
}

void ReplicaRound::on_reply(const redisReply& reply) {
  assert(open());
  if (--replies_left_ > 0) {
    if (reply_is_error(reply)) set_error_ = reply_error(reply);
    return;
  }
  done_(judge(reply));
}

// After a SET that failed, WAIT replies at once with the replicas that have an earlier write.
ReplicaRoundResult ReplicaRound::judge(const redisReply& waited) const {
  using Outcome = ReplicaRoundResult::Outcome;
  if (!set_error_.empty()) {
    const bool refused = is_error_of(set_error_, "NOPERM");
    return {refused ? Outcome::kRefused : Outcome::kFailed, 0, set_error_};
  }
  const auto replicas = reply_integer(waited);
  if (!replicas) {
    const std::string error = reply_error(waited);
    return {is_refusal_of_wait(error) ? Outcome::kRefused : Outcome::kFailed, 0, error};
  }
  const bool enough = *replicas >= static_cast<int64_t>(replicas_min_);
  return {enough ? Outcome::kConfirmed : Outcome::kTooFew, *replicas, {}};
}

}  // namespace hermod
