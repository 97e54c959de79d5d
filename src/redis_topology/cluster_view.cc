// - The masters and their slots come from CLUSTER SLOTS, which has the address that clients should
//   use. The config epochs and the replicas come from CLUSTER NODES: SLOTS omits a replica that has
//   not synchronized yet, whose acknowledgement hermod must wait for.
// - For each slot, the owner of the current map stays if the node that was asked knows less about
//   that owner than the current map does.
#include "redis_topology/cluster_view.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace hermod {
namespace {

const ClusterNode* node_with(const std::vector<ClusterNode>& nodes, const std::string& id) {
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&id](const ClusterNode& node) { return node.id == id; });
  return found == nodes.end() ? nullptr : &*found;
}

// The preferred address; if the cluster does not know it, the one of CLUSTER NODES.
RedisEndpoint endpoint_of(const ClusterPeer& peer, const ClusterNode& node) {
  RedisEndpoint endpoint = peer.endpoint;
  if (endpoint.host.empty()) endpoint.host = node.endpoint.host;
  return endpoint;
}

std::vector<ReplicaNode> replicas_of(const SlotRange& range,
                                     const std::vector<ClusterNode>& nodes) {
  std::vector<ReplicaNode> replicas;
  for (const ClusterNode& node : nodes) {
    if (node.master_id != range.master.id || node.master || node.joining) continue;
    const auto listed =
        std::find_if(range.replicas.begin(), range.replicas.end(),
                     [&node](const ClusterPeer& peer) { return peer.id == node.id; });
    const bool online = listed != range.replicas.end();
    using State = ReplicaNode::State;
    replicas.push_back({node.failed ? State::kFailed
                        : online    ? State::kOnline
                                    : State::kSyncing,
                        online ? endpoint_of(*listed, node) : node.endpoint, node.id});
  }
  std::sort(replicas.begin(), replicas.end(),
            [](const ReplicaNode& a, const ReplicaNode& b) { return a.id < b.id; });
  return replicas;
}

Result<uint16_t> number_of_master(const SlotRange& range, const ClusterAnswer& answer,
                                  SlotMap& map) {
  if (const auto known = map.master_with(range.master.id)) return *known;
  const ClusterNode* node = node_with(answer.nodes, range.master.id);
  if (node == nullptr) {
    return Error{ErrorCode::kConnection, "CLUSTER SLOTS and CLUSTER NODES name different masters"};
  }
  const RedisEndpoint endpoint = endpoint_of(range.master, *node);
  if (endpoint.host.empty()) {
    return Error{ErrorCode::kConnection,
                 "the address of the master of slot " + std::to_string(range.first) +
                     " is unknown: set cluster-announce-hostname or cluster-announce-ip"};
  }
  return map.add({endpoint, range.master.id, node->epoch, replicas_of(range, answer.nodes)});
}

// Merges a view into a map, slot by slot.
class Merge {
 public:
  Merge(const SlotMap& current, const ClusterView& view) : current_(current), view_(view) {
    for (const MasterNode& master : current.masters()) {
      const auto found = view.epochs.find(master.id);
      known_.push_back(found == view.epochs.end() ? std::nullopt : std::optional(found->second));
    }
  }

  MergedMap run() {
    for (uint16_t slot = 0; slot < kSlotCount; ++slot) {
      const uint16_t before = current_.owner_of(slot);
      const uint16_t after = view_.map.owner_of(slot);
      if (believes(before, after)) {
        if (after != SlotMap::kNone) merged_.assign(slot, number_of(view_.map.masters()[after]));
      } else {
        merged_.assign(slot, number_of(current_.masters()[before]));
        ++ignored_;
      }
    }
    return {merged_.numbered_like(current_), ignored_};
  }

 private:
  bool believes(uint16_t before, uint16_t after) const {
    if (before == SlotMap::kNone) return true;
    const MasterNode& owner = current_.masters()[before];
    const MasterNode* next = after == SlotMap::kNone ? nullptr : &view_.map.masters()[after];
    if (next != nullptr && (next->id == owner.id || next->epoch > owner.epoch)) return true;
    // The owner has left the cluster, if a node that serves clients says so.
    if (!known_[before]) return view_.state == "ok";
    const uint64_t known = *known_[before];
    if (known != owner.epoch) return known > owner.epoch;
    return next == nullptr || next->epoch == owner.epoch;
  }

  // Of the two descriptions of a master, the newer one is used.
  uint16_t number_of(const MasterNode& master) {
    if (const auto number = merged_.master_with(master.id)) return *number;
    const auto before = current_.master_with(master.id);
    const auto after = view_.map.master_with(master.id);
    const bool newer = after && (!before || view_.map.masters()[*after].epoch >=
                                                current_.masters()[*before].epoch);
    return merged_.add(newer ? view_.map.masters()[*after] : current_.masters()[*before]);
  }

  const SlotMap& current_;
  const ClusterView& view_;
  std::vector<std::optional<uint64_t>> known_;  // the view's epochs of the current masters
  SlotMap merged_;
  size_t ignored_ = 0;
};

}  // namespace

Result<ClusterView> view_of(const ClusterAnswer& answer) {
  ClusterView view;
  view.state = answer.info.state;
  view.knows_sharded = answer.knows_sharded;
  for (const ClusterNode& node : answer.nodes) {
    view.epochs.emplace(node.id, node.epoch);
    if (!node.myself) continue;
    view.asked_id = node.id;
    view.open_slots = node.open_slots;
  }
  for (const SlotRange& range : answer.ranges) {
    const auto number = number_of_master(range, answer, view.map);
    if (!number) return number.error();
    for (uint32_t slot = range.first; slot <= range.last; ++slot) {
      view.map.assign(static_cast<uint16_t>(slot), number.value());
    }
  }
  if (view.map.masters().empty()) {
    return Error{ErrorCode::kConnection,
                 "this node knows no slots: it has not joined a cluster, or the cluster was not "
                 "created completely (redis-cli --cluster create)"};
  }
  return view;
}

bool is_related(const ClusterView& view, const SlotMap& current) {
  return std::any_of(current.masters().begin(), current.masters().end(),
                     [&view](const MasterNode& master) { return view.epochs.contains(master.id); });
}

MergedMap merge(const SlotMap& current, const ClusterView& view) {
  return Merge(current, view).run();
}

}  // namespace hermod
