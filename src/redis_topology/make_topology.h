#pragma once
// The topology of a deployment.

#include <memory>

#include "base/clock.h"
#include "redis_topology/redis_topology.h"
#include "redis_topology/topology_options.h"
#include "uv/fwd.h"

namespace hermod {

// Precondition: the seeds and, for kSentinel, the master name are not empty.
std::unique_ptr<RedisTopology> make_topology(uv_loop_t* loop, const Clock& clock,
                                             const TopologyOptions& options);

}  // namespace hermod
