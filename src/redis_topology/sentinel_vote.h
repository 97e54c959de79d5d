#pragma once
// Which master the sentinels name. A sentinel that was frozen or cut off names an old one, so the
// highest config epoch wins; without one, a majority of all sentinels.

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
// that hermod follows now, stays. An epoch below that of `chosen` wins only if a majority names it:
// the sentinels were configured again (SENTINEL RESET, REMOVE).
std::optional<SentinelVote> winning_vote(const std::vector<SentinelVote>& votes,
                                         const std::optional<SentinelVote>& chosen);

}  // namespace hermod
