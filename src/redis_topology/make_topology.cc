#include "redis_topology/make_topology.h"

#include "redis_topology/cluster_topology.h"
#include "redis_topology/fixed_topology.h"
#include "redis_topology/sentinel_topology.h"

namespace hermod {

std::unique_ptr<RedisTopology> make_topology(uv_loop_t* loop, const Clock& clock,
                                             const TopologyOptions& options) {
  switch (options.kind) {
    case RedisUrl::Kind::kSentinel:
      return std::make_unique<SentinelTopology>(loop, clock, options);
    case RedisUrl::Kind::kCluster:
      return std::make_unique<ClusterTopology>(loop, clock, options);
    case RedisUrl::Kind::kSingle:
      break;
  }
  return std::make_unique<FixedTopology>(loop, clock, options);
}

}  // namespace hermod
