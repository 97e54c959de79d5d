#pragma once
// Which master the sentinels name. A sentinel that was frozen or cut off names an old one, and for
// a moment after a failover all sentinels but its leader do, so the highest config epoch wins.

#include <cstdint>
#include <optional>
#include <vector>

#include "redis/redis_endpoint.h"

namespace hermod {

struct SentinelVote {
  RedisEndpoint master;
  uint64_t epoch = 0;
  uint64_t other_sentinels = 0;  // that the voter knows

  bool operator==(const SentinelVote&) const = default;
};

// The vote that hermod follows: one of `votes`, each of another sentinel; none: `chosen`, the vote
// that hermod follows now, stays. Without a higher epoch than that of `chosen`, a vote wins only if
// all sentinels give it: they were configured again (SENTINEL REMOVE and MONITOR).
std::optional<SentinelVote> winning_vote(const std::vector<SentinelVote>& votes,
                                         const std::optional<SentinelVote>& chosen);

}  // namespace hermod
