#include <string>

#include "redis_bus/redis_bus.h"

namespace hermod {

BusStatus RedisBus::status() const {
  BusStatus status;
  status.url = options_.url.shown();
  status.mode = mode_of(options_.url.kind);
  status.memory_losses = gone_.memory_losses;
  status.reconnects = gone_.reconnects;
  status.external_dropped = gone_.external_dropped;
  status.devices_forgotten = gone_.devices_forgotten;
  status.unreplicated = gone_.unreplicated;
  shards_.for_each([&status](const RedisShard& shard) { shard.fill(status); });
  add_topology(status);
  sum_up_shards(status);
  return status;
}

void RedisBus::add_topology(BusStatus& status) const {
  const SlotMap& map = topology_->map();
  for (ShardStatus& shard : status.shards) {
    if (shard.shard >= map.masters().size()) continue;
    for (const ReplicaNode& replica : map.masters()[shard.shard].replicas) {
      shard.replicas.push_back({replica.endpoint.address(), std::string(label(replica.state))});
    }
  }
  const TopologyFacts facts = topology_->facts();
  for (const auto& slot : facts.open_slots) status.open_slots.push_back(slot.open.slot);
  if (!facts.trouble.empty()) status.troubles.push_back(facts.trouble);
}

}  // namespace hermod
