#include "integration/topology_fixture.h"

namespace hermod::test {
namespace {

class FixedTopologyTest : public TopologyFixture {
 protected:
  FixedTopologyTest() { options_.seeds = {{"redis.example", 6379}}; }

  TopologyOptions options_;
};

TEST_F(FixedTopologyTest, OneMasterServesAllSlots) {
  start(options_);
  EXPECT_TRUE(maps_.empty());  // not inside the call
  run_until([this] { return !maps_.empty(); });
  EXPECT_EQ(maps_[0].masters()[0].endpoint.host, "redis.example");
  EXPECT_EQ(maps_[0].slots_of(0), kSlotCount);
  EXPECT_EQ(maps_[0], map());
  EXPECT_TRUE(topology_->facts().trouble.empty());
}

TEST_F(FixedTopologyTest, AReplicaIsDialledAgainWithPauses) {
  start(options_);
  run_until([this] { return !maps_.empty(); });
  const RedisEndpoint endpoint = options_.seeds[0];
  topology_->suspect(endpoint, Suspicion::kNotMaster);
  settle();
  EXPECT_EQ(maps_.size(), 1u);  // too soon after the last map
  for (size_t i = 2; i < 4; ++i) {
    clock_.advance(static_cast<int64_t>(options_.dial_again_ms));
    topology_->suspect(endpoint, Suspicion::kNotMaster);
    topology_->suspect(endpoint, Suspicion::kNotMaster);
    settle();
    EXPECT_EQ(maps_.size(), i);
  }
  EXPECT_EQ(maps_[2], maps_[0]);
}

TEST_F(FixedTopologyTest, OtherSuspicionsChangeNothing) {
  options_.dial_again_ms = 0;
  start(options_);
  run_until([this] { return !maps_.empty(); });
  for (const Suspicion reason : {Suspicion::kLinkLost, Suspicion::kSilent, Suspicion::kClusterDown,
                                 Suspicion::kNotReplicated}) {
    topology_->suspect(options_.seeds[0], reason);
  }
  topology_->redirected(1, {"other", 1});
  settle();
  EXPECT_EQ(maps_.size(), 1u);
}

}  // namespace
}  // namespace hermod::test
