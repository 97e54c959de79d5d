#include "redis_topology/survey_order.h"

#include <algorithm>

namespace hermod {

std::vector<RedisEndpoint> SurveyOrder::nodes(const SlotMap& map,
                                              const std::vector<RedisEndpoint>& seeds) const {
  std::vector<RedisEndpoint> order;
  const auto add = [&order](const RedisEndpoint& endpoint) {
    if (endpoint.host.empty()) return;
    if (std::find(order.begin(), order.end(), endpoint) == order.end()) order.push_back(endpoint);
  };
  if (first) add(*first);
  if (second) add(*second);
  for (const MasterNode& master : map.masters()) add(master.endpoint);
  for (const MasterNode& master : map.masters()) {
    for (const ReplicaNode& replica : master.replicas) {
      if (replica.state != ReplicaNode::State::kFailed) add(replica.endpoint);
    }
  }
  for (const RedisEndpoint& seed : seeds) add(seed);
  std::stable_partition(order.begin(), order.end(), [this](const RedisEndpoint& endpoint) {
    return !suspects.contains(endpoint.address());
  });
  return order;
}

}  // namespace hermod
