#pragma once
// A fixture for topologies over real servers. The topology is stopped when the test ends.

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "redis_topology/make_topology.h"
#include "support/loop_test.h"
#include "support/redis_server.h"

namespace hermod::test {

class TopologyFixture : public LoopTest, protected TopologyListener {
 protected:
  static RedisEndpoint at(const RedisServer& server) { return {"127.0.0.1", server.port()}; }

  void start(const TopologyOptions& options) {
    topology_ = make_topology(loop(), clock_, options);
    topology_->start(*this);
  }

  void TearDown() override {
    if (topology_ != nullptr) topology_->stop();
    topology_.reset();
    LoopTest::TearDown();
  }

  const SlotMap& map() const { return topology_->map(); }
  // The port of the master that serves `slot`; 0: none does.
  uint16_t port_of(uint16_t slot) const {
    const uint16_t owner = map().owner_of(slot);
    return owner == SlotMap::kNone ? uint16_t{0} : map().masters()[owner].endpoint.port;
  }
  bool trouble_has(std::string_view part) const {
    return topology_->facts().trouble.find(part) != std::string::npos;
  }

  void on_map(const SlotMap& map) override { maps_.push_back(map); }
  void on_trouble(std::string_view reason) override { troubles_.emplace_back(reason); }

  MovableClock clock_;
  std::unique_ptr<RedisTopology> topology_;
  std::vector<SlotMap> maps_;
  std::vector<std::string> troubles_;
};

}  // namespace hermod::test
