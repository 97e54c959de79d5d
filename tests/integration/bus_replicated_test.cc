// How a RedisBus learns of replicas: no topology knows those of a single Redis.

#include "integration/bus_redis_fixture.h"
#include "support/redis_cluster.h"
#include "support/wait_for.h"

namespace hermod {
namespace {

using BusReplicatedTest = test::BusRedisTest;

TEST_F(BusReplicatedTest, ASingleRedisWaitsForItsReplica) {
  test::RedisServer replica({.replica_of = server_.port()});
  test::wait_for("the replica", [&] { return replica.info("master_link_status") == "up"; });
  RedisBusOptions options;
  options.url = RedisUrl::parse(server_.url()).take();
  options.replicas_min = 1;
  bus_ = std::make_unique<RedisBus>(loop(), clock_, log_, options);
  ASSERT_TRUE(bus_->start(listener_, listener_));
  ASSERT_TRUE(run_until([&] { return listener_.up(); }));
  publish("ann", "one");
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
  EXPECT_EQ(bus_->status().unreplicated, 0u);
  EXPECT_EQ(replica.command({"XLEN", "hermod:{ann}:stream"}), "1");
}

TEST_F(BusReplicatedTest, AClusterWithoutReplicasDoesNotWait) {
  test::RedisCluster cluster({.replicas = 0});
  RedisBusOptions options;
  options.url = RedisUrl::parse(cluster.url()).take();
  options.mode = PublishMode::kSharded;
  options.replicas_min = 1;
  options.replica_wait_ms = 3'600'000;
  bus_ = std::make_unique<RedisBus>(loop(), clock_, log_, options);
  ASSERT_TRUE(bus_->start(listener_, listener_));
  ASSERT_TRUE(run_until([&] { return listener_.up(3); }));
  publish("ann", "one");
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
  EXPECT_EQ(bus_->status().unreplicated, 1u);
}

}  // namespace
}  // namespace hermod
