// The topology of a real cluster.
#include <gtest/gtest.h>

#include "integration/topology_fixture.h"
#include "redis_topology/cluster_reply.h"
#include "support/redis_cluster.h"

namespace hermod::test {
namespace {

class ClusterTopologyTest : public TopologyFixture {
 protected:
  static TopologyOptions options_of(std::vector<RedisEndpoint> seeds) {
    TopologyOptions options;
    options.kind = RedisUrl::Kind::kCluster;
    options.seeds = std::move(seeds);
    return options;
  }

  void start_and_wait(RedisCluster& cluster) {
    start(options_of({at(cluster.node(0))}));
    run_until([this] { return map().slots_of(SlotMap::kNone) == 0; });
  }

  // Sends a command for a key to the wrong node, and reports the MOVED.
  void report_moved(RedisServer& node, const std::string& key) {
    const std::string reply = node.command({"GET", key});
    const std::string prefix = "(error) ";
    ASSERT_TRUE(reply.starts_with(prefix)) << reply;
    const auto redirection = read_redirection(reply.substr(prefix.size()), at(node));
    ASSERT_TRUE(redirection) << reply;
    topology_->redirected(redirection->slot, redirection->endpoint);
  }

  size_t replicas_expected(uint16_t slot) const {
    return map().masters()[map().owner_of(slot)].replicas_expected();
  }
};

TEST_F(ClusterTopologyTest, LearnsTheMapFromOneSeed) {
  RedisCluster cluster;
  start(options_of({{"127.0.0.1", 1}, {"localhost", cluster.node(1).port()}}));  // one is dead
  run_until([this] { return map().slots_of(SlotMap::kNone) == 0; });
  ASSERT_EQ(map().masters().size(), 3u);
  for (const uint16_t slot : {0, 5460, 5461, 10922, 10923, 16383}) {
    EXPECT_EQ(port_of(slot), cluster.master_of_slot(slot).port());
    EXPECT_EQ(replicas_expected(slot), 1u);
  }
  const TopologyFacts facts = topology_->facts();
  EXPECT_EQ(facts.cluster_state, "ok");
  EXPECT_EQ(facts.slots_unserved, 0u);
  EXPECT_TRUE(facts.open_slots.empty());
  for (const char* key : {"foo", "{user}x", "a{b}c{d}", "{}x", "}{", "\xff\x01"}) {
    EXPECT_EQ(cluster.node(0).command({"CLUSTER", "KEYSLOT", key}), std::to_string(key_slot(key)));
  }
}

TEST_F(ClusterTopologyTest, FollowsTheFailoverOfAKilledMaster) {
  RedisCluster cluster;
  start_and_wait(cluster);
  const uint16_t number = map().owner_of(0);
  RedisServer& master = cluster.master_of_slot(0);
  const uint16_t replica = map().masters()[number].replicas[0].endpoint.port;
  master.kill();
  topology_->suspect(at(master), Suspicion::kLinkLost);
  run_until([&] {
    topology_->suspect(at(master), Suspicion::kLinkLost);  // as a link that fails again
    return port_of(0) == replica;
  });
  EXPECT_EQ(map().owner_of(0), number);  // the shard keeps its number
  EXPECT_EQ(replicas_expected(0), 0u);
  master.start();
  run_until([&] { return replicas_expected(0) == 1; });
}

TEST_F(ClusterTopologyTest, AThawedMasterIsNotUsedAgain) {
  RedisCluster cluster;
  start_and_wait(cluster);
  RedisServer& master = cluster.master_of_slot(0);
  master.freeze();
  topology_->suspect(at(master), Suspicion::kSilent);
  run_until([&] {
    topology_->suspect(at(master), Suspicion::kSilent);
    return port_of(0) != master.port();
  });
  const size_t maps = maps_.size();
  master.thaw();
  topology_->redirected(0, at(master));  // a MOVED from before: the old master is asked first
  run_until([&] { return replicas_expected(0) == 1; });
  for (size_t i = maps; i < maps_.size(); ++i) {
    const SlotMap& map = maps_[i];
    EXPECT_NE(map.masters()[map.owner_of(0)].endpoint.port, master.port());
  }
}

TEST_F(ClusterTopologyTest, FollowsAPlannedFailover) {
  RedisCluster cluster;
  start_and_wait(cluster);
  RedisServer& master = cluster.master_of_key("foo");
  RedisServer& replica = *cluster.replicas_of(master).at(0);
  cluster.failover(replica);
  cluster.wait_until_ok();  // the old master knows, too
  report_moved(master, "foo");
  run_until([&] { return port_of(key_slot("foo")) == replica.port(); });
}

TEST_F(ClusterTopologyTest, FollowsMovedSlots) {
  RedisCluster cluster;
  start_and_wait(cluster);
  const uint16_t slot = key_slot("foo");
  RedisServer& from = cluster.master_of_slot(slot);
  RedisServer& to = cluster.master_of_slot(0);
  ASSERT_NE(from.port(), to.port());
  cluster.move_slots(from, to, slot, slot);
  const size_t maps = maps_.size();
  report_moved(from, "foo");
  EXPECT_EQ(port_of(slot), to.port());  // at once
  EXPECT_EQ(maps_.size(), maps);        // but reported in a later iteration
  run_until([&] { return maps_.size() > maps; });
  const uint64_t epoch = map().masters()[map().owner_of(0)].epoch;
  run_until([&] { return map().masters()[map().owner_of(0)].epoch > epoch || epoch > 3; });
  EXPECT_EQ(port_of(slot), to.port());
}

TEST_F(ClusterTopologyTest, ANewMasterIsAddedWithAMovedSlot) {
  RedisCluster cluster;
  start_and_wait(cluster);
  const uint16_t slot = key_slot("foo");
  RedisServer& from = cluster.master_of_slot(slot);
  RedisServer& added = cluster.add_master();
  cluster.move_slots(from, added, slot, slot);
  report_moved(from, "foo");
  run_until([&] { return port_of(slot) == added.port(); });
  EXPECT_EQ(map().owner_of(slot), 3);
  EXPECT_EQ(map().slots_of(3), 1u);
}

TEST_F(ClusterTopologyTest, AnUnknownTargetCausesASurvey) {
  RedisCluster cluster;
  start_and_wait(cluster);
  const uint16_t slot = key_slot("foo");
  RedisServer& to = cluster.master_of_slot(0);
  cluster.move_slots(cluster.master_of_slot(slot), to, slot, slot);
  topology_->redirected(slot, {"", 7000});
  run_until([&] { return port_of(slot) == to.port(); });
}

TEST_F(ClusterTopologyTest, ReportsAnOpenSlot) {
  RedisCluster cluster;
  TopologyOptions options = options_of({at(cluster.node(0))});
  options.cluster_round_ms = 1000;
  start(options);
  run_until([this] { return map().slots_of(SlotMap::kNone) == 0; });
  const uint16_t slot = key_slot("foo");
  RedisServer& from = cluster.master_of_slot(slot);
  RedisServer& to = cluster.master_of_slot(0);
  cluster.open_slot(slot, from, to);
  // Both masters report it, when it is their turn.
  run_until([this] { return topology_->facts().open_slots.size() == 2; });
  for (const TopologyFacts::NodeSlot& open : topology_->facts().open_slots) {
    EXPECT_EQ(open.open.slot, slot);
    const bool migrating = open.open.direction == OpenSlot::Direction::kMigrating;
    EXPECT_EQ(open.master.port, migrating ? from.port() : to.port());
  }
  cluster.close_slot(slot, from, to);
  run_until([this] { return topology_->facts().open_slots.empty(); });
}

TEST_F(ClusterTopologyTest, WithoutANodeTheMapStaysAndTheSeedsAreTried) {
  RedisCluster cluster({.masters = 3, .replicas = 0});
  start_and_wait(cluster);
  for (size_t i = 0; i < cluster.size(); ++i) cluster.node(i).freeze();
  topology_->suspect(at(cluster.node(0)), Suspicion::kSilent);
  run_until([this] { return trouble_has("no node of the cluster can be used: 127.0.0.1:"); });
  EXPECT_EQ(map().slots_of(SlotMap::kNone), 0u);
  for (size_t i = 0; i < cluster.size(); ++i) cluster.node(i).thaw();
  run_until([this] { return topology_->facts().trouble.empty(); });
}

TEST_F(ClusterTopologyTest, ALostMasterWithoutAReplicaKeepsItsSlots) {
  RedisClusterOptions servers;
  servers.replicas = 0;
  servers.coverage = RedisClusterOptions::Coverage::kFull;
  RedisCluster cluster(servers);
  start_and_wait(cluster);
  RedisServer& lost = cluster.node(1);
  lost.kill();
  topology_->suspect(at(lost), Suspicion::kLinkLost);
  run_until([this] { return topology_->facts().cluster_state == "fail"; });
  EXPECT_EQ(map().slots_of(SlotMap::kNone), 0u);
  EXPECT_EQ(map().masters().size(), 3u);
  EXPECT_TRUE(topology_->facts().trouble.empty());
}

// The nodes have new ids then. The seed is a name, so the node is asked as a known master first,
// and believed only as a seed.
TEST_F(ClusterTopologyTest, AClusterCreatedAgainIsAdopted) {
  RedisCluster cluster({.masters = 1, .replicas = 0});
  TopologyOptions options = options_of({{"localhost", cluster.node(0).port()}});
  options.cluster_round_ms = 250;
  start(options);
  run_until([this] { return map().slots_of(SlotMap::kNone) == 0; });
  const std::string id = map().masters()[0].id;
  ASSERT_EQ(cluster.node(0).command({"CLUSTER", "RESET", "HARD"}), "OK");
  ASSERT_EQ(cluster.node(0).command({"CLUSTER", "ADDSLOTSRANGE", "0", "16383"}), "OK");
  run_until([&] { return map().masters()[0].id != id; });
  EXPECT_EQ(map().slots_of(0), kSlotCount);
}

TEST_F(ClusterTopologyTest, ASingleRedisIsRefused) {
  RedisServer server;
  start(options_of({at(server)}));
  run_until([this] { return trouble_has("this is a single Redis: use redis://"); });
  EXPECT_TRUE(maps_.empty());
}

TEST_F(ClusterTopologyTest, WrongCredentialsAreNamed) {
  RedisServer server({.password = "redis-secret"});
  TopologyOptions options = options_of({at(server)});
  options.link.credentials.password = "wrong-secret";
  start(options);
  run_until([this] { return trouble_has("the user or the password is refused (WRONGPASS)"); });
  EXPECT_FALSE(trouble_has("secret"));
}

TEST_F(ClusterTopologyTest, ANodeWithoutAClusterIsNamed) {
  RedisServer server({.mode = RedisServerOptions::Mode::kClusterNode});
  start(options_of({at(server)}));
  run_until([this] { return trouble_has("this node knows no slots"); });
}

}  // namespace
}  // namespace hermod::test
