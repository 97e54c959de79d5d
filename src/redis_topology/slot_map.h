#pragma once
// Which master serves which hash slot. A value: a topology makes a new map when something changed.
// Without a cluster, one master serves all slots.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/redis_endpoint.h"
#include "redis_topology/key_slot.h"

namespace hermod {

struct ReplicaNode {
  enum class State {
    kOnline,
    kSyncing,  // does not have all data yet
    kFailed,   // the cluster or the sentinels consider it dead
  } state = State::kOnline;
  RedisEndpoint endpoint;
  std::string id;  // of the node; empty without a cluster

  bool operator==(const ReplicaNode&) const = default;
};

// For health pages and `hermod check`: "online", "synchronizing" or "failed".
std::string_view label(ReplicaNode::State state);

struct MasterNode {
  RedisEndpoint endpoint;
  std::string id;      // of the node; empty without a cluster
  uint64_t epoch = 0;  // the config epoch: it grows with each failover and each moved slot
  std::vector<ReplicaNode> replicas = {};

  bool operator==(const MasterNode&) const = default;

  // False: the number is unused, because its master has left the cluster.
  bool in_use() const { return !endpoint.host.empty() || endpoint.is_unix(); }

  // How many replicas can be expected to acknowledge a write: all that have not failed. A replica
  // that is synchronizing counts, because otherwise a write is lost that it never received.
  size_t replicas_expected() const;
};

class SlotMap {
 public:
  static constexpr uint16_t kNone = 0xffff;  // no master serves the slot

  SlotMap() : owners_(kSlotCount, kNone) {}  // without masters
  static SlotMap of_one(MasterNode master);  // serves all slots

  bool operator==(const SlotMap&) const = default;

  // The number of a master is its index. It stays the same while the master serves slots, and the
  // replica that is promoted in its place inherits it.
  const std::vector<MasterNode>& masters() const { return masters_; }
  uint16_t owner_of(uint16_t slot) const { return owners_[slot]; }  // a number, or kNone

  size_t slots_of(uint16_t master) const;  // how many slots it serves
  // A slot that it serves, other than `except`; none: there is no such slot.
  std::optional<uint16_t> any_slot_of(uint16_t master, uint16_t except = kNone) const;
  std::optional<uint16_t> master_at(const RedisEndpoint& endpoint) const;
  std::optional<uint16_t> master_with(std::string_view id) const;

  // Precondition: slot < kSlotCount; master < masters().size(), or kNone.
  void assign(uint16_t slot, uint16_t master);
  uint16_t add(MasterNode master);  // appends it, and returns its number
  MasterNode& at(uint16_t master) { return masters_[master]; }

  // The same map with the numbers of `previous`: see masters(). Masters that serve no slot are
  // removed.
  SlotMap numbered_like(const SlotMap& previous) const;

 private:
  std::vector<MasterNode> masters_;
  std::vector<uint16_t> owners_;  // for each slot
};

}  // namespace hermod
