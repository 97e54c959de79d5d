#pragma once
// Determines the masters that REDIS_URL leads to, with the topology of the service on a loop of its
// own. Blocks.

#include "hermod/result.h"
#include "redis_bus/redis_bus_options.h"
#include "redis_topology/redis_topology.h"

namespace hermod {

struct RedisMap {
  SlotMap map;  // at least one master
  TopologyFacts facts;
};

// The error is one sentence without a secret.
Result<RedisMap> find_redis_map(const RedisBusOptions& options);

}  // namespace hermod
