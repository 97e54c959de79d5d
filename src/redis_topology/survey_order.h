#pragma once
// Which nodes of a cluster are asked, and in which order, until one gives a usable answer.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "redis_topology/slot_map.h"

namespace hermod {

struct SurveyOrder {
  std::optional<RedisEndpoint> first;   // a node that should know: the target of MOVED
  std::optional<RedisEndpoint> second;  // the node that answered last, or the next in turn
  std::set<std::string> suspects;       // addresses of nodes that may not answer; asked last

  // `first`, `second`, the masters, the replicas that have not failed, the seeds; each once.
  std::vector<RedisEndpoint> nodes(const SlotMap& map,
                                   const std::vector<RedisEndpoint>& seeds) const;
};

}  // namespace hermod
