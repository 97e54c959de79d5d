// The topology of one master that real sentinels watch.
#include <gtest/gtest.h>

#include "integration/topology_fixture.h"
#include "support/redis_sentinels.h"

namespace hermod::test {
namespace {

class SentinelTopologyTest : public TopologyFixture {
 protected:
  static TopologyOptions options_of(RedisSentinels& sentinels, std::vector<size_t> seeds) {
    TopologyOptions options;
    options.kind = RedisUrl::Kind::kSentinel;
    for (const size_t seed : seeds) options.seeds.push_back(at(sentinels.sentinel(seed)));
    options.master_name = "mymaster";
    return options;
  }

  void start_and_wait(RedisSentinels& sentinels, std::vector<size_t> seeds) {
    start(options_of(sentinels, std::move(seeds)));
    run_until([&] { return port_of(0) == sentinels.node(0).port(); });
    run_until([&] { return map().masters()[0].replicas_expected() == 1; });
  }

  size_t maps_with(uint16_t port) const {
    size_t count = 0;
    for (const SlotMap& map : maps_) count += map.masters()[0].endpoint.port == port ? 1 : 0;
    return count;
  }
};

TEST_F(SentinelTopologyTest, FollowsTheMaster) {
  RedisSentinels sentinels;
  start_and_wait(sentinels, {0});
  run_until([this] { return topology_->facts().sentinels_reachable == 3; });  // two are learned
  EXPECT_EQ(topology_->facts().sentinels, 3u);
  EXPECT_EQ(map().slots_of(0), kSlotCount);
  EXPECT_EQ(map().masters()[0].replicas[0].endpoint, at(sentinels.node(1)));

  sentinels.node(0).kill();
  run_until([&] { return port_of(0) == sentinels.node(1).port(); });
  run_until([&] { return map().masters()[0].replicas_expected() == 0; });

  // The old master returns as a replica.
  sentinels.node(0).start();
  run_until([&] { return map().masters()[0].replicas_expected() == 1; });
  EXPECT_TRUE(troubles_.empty()) << troubles_.front();
}

TEST_F(SentinelTopologyTest, AThawedMasterIsNotUsedAgain) {
  RedisSentinels sentinels;
  start_and_wait(sentinels, {0, 1, 2});
  sentinels.node(0).freeze();
  run_until([&] { return port_of(0) == sentinels.node(1).port(); });
  const size_t before = maps_with(sentinels.node(0).port());
  sentinels.node(0).thaw();
  EXPECT_EQ(sentinels.node(0).command({"SET", "key", "lost"}), "OK");  // still a master
  // A suspicion asks all sentinels.
  topology_->suspect(at(sentinels.node(1)), Suspicion::kSilent);
  run_until([&] { return map().masters()[0].replicas_expected() == 1; });
  EXPECT_EQ(maps_with(sentinels.node(0).port()), before);
  EXPECT_EQ(port_of(0), sentinels.node(1).port());
}

TEST_F(SentinelTopologyTest, AStaleSentinelDoesNotMoveTheMapBack) {
  RedisSentinels sentinels;
  start_and_wait(sentinels, {0});
  run_until([this] { return topology_->facts().sentinels_reachable == 3; });
  // The seed misses the failover, and its +switch-master is not sent.
  sentinels.sentinel(0).freeze();
  sentinels.node(0).freeze();
  run_until([&] { return port_of(0) == sentinels.node(1).port(); });
  const size_t before = maps_with(sentinels.node(0).port());
  sentinels.node(0).thaw();
  sentinels.sentinel(0).thaw();
  topology_->suspect(at(sentinels.node(1)), Suspicion::kLinkLost);
  run_until([this] { return topology_->facts().sentinels_reachable == 3; });
  run_until([&] { return map().masters()[0].replicas_expected() == 1; });
  EXPECT_EQ(maps_with(sentinels.node(0).port()), before);
}

TEST_F(SentinelTopologyTest, FollowsAPlannedFailover) {
  RedisSentinels sentinels;
  start_and_wait(sentinels, {0, 1, 2});
  EXPECT_EQ(sentinels.sentinel(1).command({"SENTINEL", "FAILOVER", "mymaster"}), "OK");
  run_until([&] { return port_of(0) == sentinels.node(1).port(); });
  EXPECT_TRUE(troubles_.empty()) << troubles_.front();
}

TEST_F(SentinelTopologyTest, LearnedSentinelsReplaceALostSeed) {
  RedisSentinels sentinels;
  TopologyOptions options = options_of(sentinels, {0});
  options.seeds.insert(options.seeds.begin(), RedisEndpoint{"127.0.0.1", 1});  // always dead
  start(options);
  run_until([this] { return topology_->facts().sentinels_reachable == 3; });
  sentinels.sentinel(0).kill();
  sentinels.node(0).kill();
  run_until([&] { return port_of(0) == sentinels.node(1).port(); });
  run_until([this] { return topology_->facts().sentinels_reachable == 2; });
  EXPECT_TRUE(topology_->facts().trouble.empty());
}

TEST_F(SentinelTopologyTest, TwoNamesOfASentinelAreOneVote) {
  RedisSentinels sentinels({.sentinels = 1});
  TopologyOptions options = options_of(sentinels, {0});
  options.seeds.push_back({"localhost", options.seeds[0].port});
  start(options);
  run_until([&] { return port_of(0) == sentinels.node(0).port(); });
  run_until([this] { return topology_->facts().sentinels_reachable == 2; });
  EXPECT_TRUE(troubles_.empty());
}

TEST_F(SentinelTopologyTest, WithoutASentinelTheMapStays) {
  RedisSentinels sentinels({.sentinels = 1});
  start_and_wait(sentinels, {0});
  sentinels.sentinel(0).kill();
  topology_->suspect(at(sentinels.node(0)), Suspicion::kLinkLost);
  run_until([this] { return trouble_has("no sentinel can be used: 127.0.0.1:"); });
  EXPECT_EQ(port_of(0), sentinels.node(0).port());
  sentinels.sentinel(0).start();
  run_until([this] { return topology_->facts().trouble.empty(); });
  EXPECT_EQ(troubles_.back(), "");
}

TEST_F(SentinelTopologyTest, NamesTheKnownMasters) {
  RedisSentinels sentinels({.sentinels = 1});
  TopologyOptions options = options_of(sentinels, {0});
  options.master_name = "other";
  start(options);
  run_until([this] { return trouble_has("it knows no master 'other'; it knows: mymaster"); });
  EXPECT_TRUE(maps_.empty());
}

TEST_F(SentinelTopologyTest, NamesThePasswordThatIsWrong) {
  RedisSentinelsOptions servers;
  servers.sentinels = 1;
  servers.sentinel_password = "sentinel-secret";
  servers.node.password = "redis-secret";
  RedisSentinels sentinels(servers);
  TopologyOptions options = options_of(sentinels, {0});
  options.link.credentials.password = "redis-secret";
  start(options);
  run_until([this] { return trouble_has("Set REDIS_SENTINEL_PASSWORD"); });
  topology_->stop();

  options.sentinel_credentials.password = "wrong-secret";
  start(options);
  run_until([this] {
    return trouble_has("the credentials in REDIS_SENTINEL_PASSWORD are refused (WRONGPASS)");
  });
  topology_->stop();

  options.sentinel_credentials.password = "sentinel-secret";
  options.link.credentials.password = "wrong-secret";
  start(options);
  run_until([this] { return trouble_has("the user or the password is refused (WRONGPASS)"); });
  EXPECT_TRUE(trouble_has("the sentinels name 127.0.0.1:"));
  topology_->stop();

  options.link.credentials.password = "redis-secret";
  start(options);
  run_until([&] { return port_of(0) == sentinels.node(0).port(); });
  for (const std::string& trouble : troubles_) {
    EXPECT_EQ(trouble.find("secret"), std::string::npos) << trouble;
  }
}

TEST_F(SentinelTopologyTest, AServerThatIsNotASentinelIsNamed) {
  RedisServer server;
  TopologyOptions options;
  options.kind = RedisUrl::Kind::kSentinel;
  options.seeds = {at(server)};
  options.master_name = "mymaster";
  start(options);
  run_until([this] { return trouble_has("this server is not a Sentinel"); });
}

TEST_F(SentinelTopologyTest, AnAddressIsBelievedOnlyIfItsRoleIsMaster) {
  RedisSentinels sentinels({.sentinels = 1});
  // The sentinel is asked before it notices the change of roles, which it will revert.
  sentinels.sentinel(0).freeze();
  ASSERT_EQ(sentinels.node(0).command({"REPLICAOF", "127.0.0.1", "1"}), "OK");
  start(options_of(sentinels, {0}));
  sentinels.sentinel(0).thaw();
  run_until([this] { return trouble_has("its ROLE is: slave"); });
  EXPECT_TRUE(maps_.empty());
  ASSERT_EQ(sentinels.node(0).command({"REPLICAOF", "NO", "ONE"}), "OK");
  run_until([this] { return !maps_.empty(); });
}

}  // namespace
}  // namespace hermod::test
