#pragma once
// One Redis at a known endpoint, which serves all slots. After a failover without a sentinel or a
// cluster, the name of the endpoint may lead to another server, so a suspicion that this one is a
// replica is answered with the same map.

#include "base/clock.h"
#include "redis_topology/redis_topology.h"
#include "redis_topology/topology_options.h"
#include "uv/immediate.h"

namespace hermod {

class FixedTopology final : public RedisTopology {
 public:
  FixedTopology(uv_loop_t* loop, const Clock& clock, const TopologyOptions& options);

  void start(TopologyListener& listener) override;
  void stop() override { publish_.cancel(); }
  void suspect(const RedisEndpoint& endpoint, Suspicion reason) override;
  void redirected(uint16_t, const RedisEndpoint&) override {}  // a cluster node is refused before

  const SlotMap& map() const override { return map_; }
  TopologyFacts facts() const override { return {}; }

 private:
  const Clock& clock_;
  int64_t dial_again_ms_;
  SlotMap map_;
  TopologyListener* listener_ = nullptr;
  int64_t published_ms_ = 0;
  uv::Immediate publish_;
};

}  // namespace hermod
