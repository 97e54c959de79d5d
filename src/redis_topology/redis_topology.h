#pragma once
// The port of the topologies: which Redis serves which slot. Only this module knows the kinds of
// deployment: one Redis, masters that sentinels watch, a cluster. A topology handles no data. It
// hears suspicions from the owner of the links, asks the servers, and publishes maps.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "redis/redis_endpoint.h"
#include "redis_topology/cluster_reply.h"
#include "redis_topology/slot_map.h"

namespace hermod {

// Why the owner doubts that the map is right.
enum class Suspicion {
  kLinkLost,       // a link failed, or could not be made
  kSilent,         // the loopback probe, or another call, was not answered in time
  kNotMaster,      // READONLY, MASTERDOWN
  kClusterDown,    // CLUSTERDOWN
  kNotReplicated,  // no replica acknowledged in time; the map may name one that has failed
};

// Never called inside a call of the owner.
class TopologyListener {
 public:
  // The map changed: an owner, an address or the state of a replica. An equal map answers
  // Suspicion::kNotMaster: the same endpoint may now lead to another server, so the links that
  // doubt it dial again. Valid during the call.
  virtual void on_map(const SlotMap& map) = 0;

  // Why nothing can be learnt now, in one sentence without a secret; empty: it can be again.
  // Called when the text changes. The last map stays in use.
  virtual void on_trouble(std::string_view reason) = 0;

 protected:
  ~TopologyListener() = default;
};

// For health pages; the masters and replicas are in the map.
struct TopologyFacts {
  struct NodeSlot {
    RedisEndpoint master;  // that reports it
    OpenSlot open;
  };

  std::string trouble;               // as on_trouble()
  std::string cluster_state;         // "ok" or "fail"; empty: not a cluster, or unknown
  std::vector<NodeSlot> open_slots;  // that stayed open since the last survey of their master
  size_t slots_unserved = 0;
  bool sharded_channels = true;  // false: the servers do not know them (Redis before version 7)
  size_t sentinels = 0;
  size_t sentinels_reachable = 0;
  std::vector<std::string> sentinel_faults;  // of the others that were asked: "host:port: reason"
};

class RedisTopology {
 public:
  virtual ~RedisTopology() = default;  // stops

  virtual void start(TopologyListener& listener) = 0;  // which must outlive stop()
  // Immediately, without a call of the listener. Not inside one either. It can be started again.
  virtual void stop() = 0;

  virtual void suspect(const RedisEndpoint& endpoint, Suspicion reason) = 0;

  // A server replied MOVED. Without a host in `endpoint`, the new owner is unknown. Precondition:
  // slot < kSlotCount.
  virtual void redirected(uint16_t slot, const RedisEndpoint& endpoint) = 0;

  // Without masters until they are known: before start(), or from the first on_map() on.
  virtual const SlotMap& map() const = 0;
  virtual TopologyFacts facts() const = 0;
};

}  // namespace hermod
