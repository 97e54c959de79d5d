#pragma once
// The replies of a sentinel, and ROLE. All of it is validated, because hermod does not trust the
// content of a reply. Redis 5 to 8 and Valkey send these forms.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/redis_endpoint.h"
#include "redis_topology/slot_map.h"

struct redisReply;

namespace hermod {

// SENTINEL MASTER.
struct SentinelMaster {
  RedisEndpoint endpoint;
  uint64_t epoch = 0;  // the config epoch: the number of the failover that made it master
  uint64_t other_sentinels = 0;
  bool down = false;  // a majority of the sentinels considers it down (o_down)
};

struct SentinelPeerName {
  RedisEndpoint endpoint;
  std::string id;
};

// None: the reply has another form.
std::optional<SentinelMaster> read_sentinel_master(const redisReply& reply);
std::optional<std::vector<ReplicaNode>> read_sentinel_replicas(const redisReply& reply);
std::optional<std::vector<SentinelPeerName>> read_sentinel_peers(const redisReply& reply);

// The names of all masters, from SENTINEL MASTERS; at most ten, for an error message.
std::string read_master_names(const redisReply& reply);

// The first word of ROLE: "master", "slave", "sentinel"; empty: the reply has another form.
std::string_view read_role(const redisReply& reply);

}  // namespace hermod
