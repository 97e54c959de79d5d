#pragma once
// The cluster as one node sees it, and whether hermod believes it. A node in a minority partition,
// or one that was frozen, reports an old state: the config epochs show that, because each failover
// and each moved slot gives the new owner a higher one.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "redis_topology/cluster_reply.h"
#include "redis_topology/slot_map.h"

namespace hermod {

// The replies of one node.
struct ClusterAnswer {
  ClusterInfo info;
  std::vector<ClusterNode> nodes;
  std::vector<SlotRange> ranges;
  bool knows_sharded = true;  // the node knows SSUBSCRIBE
};

struct ClusterView {
  SlotMap map;
  std::string state;  // "ok" or "fail"
  std::string asked_id;
  bool knows_sharded = true;               // as in ClusterAnswer
  std::vector<OpenSlot> open_slots;        // of the node that was asked
  std::map<std::string, uint64_t> epochs;  // of all nodes, by id
};

// Error: the replies contradict each other, or the node belongs to no cluster.
Result<ClusterView> view_of(const ClusterAnswer& answer);

// Whether the view names a master of `current`. If it does not, the node belongs to another
// cluster, or the cluster was created again.
bool is_related(const ClusterView& view, const SlotMap& current);

struct MergedMap {
  SlotMap map;               // with the numbers of `current`
  size_t slots_ignored = 0;  // the view of so many slots is older than `current`
};

MergedMap merge(const SlotMap& current, const ClusterView& view);

}  // namespace hermod
