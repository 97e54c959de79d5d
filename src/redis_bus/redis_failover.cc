#include "redis_bus/redis_failover.h"

#include "redis/reply.h"

namespace hermod {
namespace {

constexpr int64_t kReplicaMs = 2000;  // how long Redis may be a replica before a reconnect

}  // namespace

// The data check writes every second, so that a replica is noticed without a publication.
std::string RedisFailover::replica_reason(const std::string& stalled) const {
  for (const std::string* words : {&stalled, &commands_.write_refusal()}) {
    if (is_error_of(*words, "READONLY") || is_error_of(*words, "MASTERDOWN")) return *words;
  }
  return {};
}

void RedisFailover::tick(const std::string& stalled) {
  const std::string reason = replica_reason(stalled);
  if (reason.empty() || !commands_.ready()) {
    replica_since_ms_ = 0;
    return;
  }
  const int64_t now_ms = commands_.commands().clock().steady_ms();
  if (replica_since_ms_ == 0) replica_since_ms_ = now_ms;
  if (now_ms - replica_since_ms_ < kReplicaMs) return;
  replica_since_ms_ = 0;
  seeking_ = true;
  commands_.commands().fail(reason);
}

void RedisFailover::check(const std::string& stalled) {
  if (!seeking_ || !commands_.ready()) return;
  if (!stalled.empty() || !replica_reason(stalled).empty()) return;
  seeking_ = false;
  if (subscriber_.up()) subscriber_.fail("the master of Redis may have changed");
}

}  // namespace hermod
