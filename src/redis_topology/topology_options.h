#pragma once
// What a topology needs to know.

#include <cstdint>
#include <string>
#include <vector>

#include "redis/redis_link.h"
#include "redis/redis_url.h"

namespace hermod {

struct TopologyOptions {
  RedisUrl::Kind kind = RedisUrl::Kind::kSingle;
  std::vector<RedisEndpoint> seeds;  // at least one; kSingle: exactly one, the Redis itself
  RedisLinkOptions link;             // to Redis; its endpoint is not used
  RedisCredentials sentinel_credentials;
  std::string master_name;  // kSentinel

  uint64_t question_timeout_ms = 1000;  // for a connection and its replies
  uint64_t alert_ms = 250;              // between two questions after a suspicion
  uint64_t alert_period_ms = 5000;      // how long that rhythm lasts after the last suspicion
  uint64_t dial_again_ms = 2000;        // kSingle: between two answers to Suspicion::kNotMaster
  uint64_t sentinel_ms = 3000;          // between two questions to one of the sentinels, in turn
  uint64_t cluster_round_ms = 4000;     // in which each master of a cluster is asked once
};

}  // namespace hermod
