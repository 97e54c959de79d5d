// The test support for Redis Cluster: each operation has the effect that tests of hermod rely on.

#include "support/redis_cluster.h"

#include <gtest/gtest.h>

#include "support/wait_for.h"

namespace hermod::test {
namespace {

using Data = RedisServerOptions::Data;

TEST(RedisClusterTest, KeysOfOneTagShareASlot) {
  RedisCluster cluster({.masters = 1, .replicas = 0});
  for (const std::string key : {"a", "hermod:{ann}:stream", "{}x", "{", "a}b{c}", "{a}{b}"}) {
    EXPECT_EQ(cluster.node(0).command({"CLUSTER", "KEYSLOT", key}),
              std::to_string(RedisCluster::slot_of(key)));
  }
  EXPECT_EQ(RedisCluster::slot_of("{ann}:stream"), RedisCluster::slot_of("{ann}:last"));
}

TEST(RedisClusterTest, ThreeMastersAndThreeReplicas) {
  RedisCluster cluster;
  EXPECT_EQ(cluster.size(), 6U);
  EXPECT_TRUE(cluster.url().starts_with("redis+cluster://127.0.0.1:"));
  EXPECT_EQ(&cluster.master_of_slot(0), &cluster.node(0));
  EXPECT_EQ(&cluster.master_of_slot(16383), &cluster.node(2));
  EXPECT_EQ(cluster.replicas_of(cluster.node(1)), std::vector{&cluster.node(4)});

  cluster.failover(cluster.node(3));
  cluster.wait_until_ok();
  EXPECT_EQ(&cluster.master_of_slot(0), &cluster.node(3));
  EXPECT_EQ(cluster.replicas_of(cluster.node(3)), std::vector{&cluster.node(0)});
}

TEST(RedisClusterTest, MovesSlotsWithTheirKeysAndBack) {
  RedisCluster cluster(
      {.masters = 2, .replicas = 0, .node = {.password = "secret", .user = "ann"}});
  const std::string key = "{ann}:stream";
  const uint16_t slot = RedisCluster::slot_of(key);
  RedisServer& from = cluster.master_of_key(key);
  RedisServer& to = &from == &cluster.node(0) ? cluster.node(1) : cluster.node(0);
  EXPECT_EQ(from.command({"SET", key, "value"}), "OK");

  cluster.open_slot(slot, from, to);
  EXPECT_TRUE(
      from.command({"GET", "{ann}:last"}).starts_with("(error) ASK " + std::to_string(slot)));
  EXPECT_EQ(from.command({"GET", key}), "value");
  cluster.close_slot(slot, from, to);
  cluster.wait_until_ok();
  EXPECT_EQ(&cluster.master_of_key(key), &to);
  EXPECT_EQ(to.command({"GET", key}), "value");

  cluster.move_slots(to, from, slot, slot);
  cluster.wait_until_ok();
  EXPECT_EQ(from.command({"GET", key}), "value");
}

TEST(RedisClusterTest, AKilledMasterIsReplacedAndReturnsAsAReplica) {
  RedisCluster cluster({.masters = 3, .node_timeout_ms = 500, .node = {.data = Data::kKept}});
  cluster.node(0).kill();
  wait_for("the replica is promoted", [&] { return cluster.node(3).info("role") == "master"; });
  EXPECT_EQ(&cluster.master_of_slot(0), &cluster.node(3));
  cluster.node(0).start();
  cluster.wait_until_ok();
  EXPECT_EQ(cluster.node(0).info("role"), "slave");
}

TEST(RedisClusterTest, WritesAfterACutReplicationAreLost) {
  RedisCluster cluster({.masters = 3, .node_timeout_ms = 500});
  EXPECT_EQ(cluster.node(0).command({"SET", "{06S}a", "1"}), "OK");  // slot 0
  EXPECT_EQ(cluster.node(0).command({"WAIT", "1", "5000"}), "1");
  cluster.cut_replication(cluster.node(0));
  EXPECT_EQ(cluster.node(0).command({"SET", "{06S}b", "2"}), "OK");
  EXPECT_EQ(cluster.node(0).command({"WAIT", "1", "1"}), "0");
  cluster.node(0).kill();
  cluster.node(3).thaw();
  wait_for("the replica is promoted", [&] { return cluster.node(3).info("role") == "master"; });
  EXPECT_EQ(cluster.node(3).command({"GET", "{06S}a"}), "1");
  EXPECT_EQ(cluster.node(3).command({"GET", "{06S}b"}), "(nil)");
}

TEST(RedisClusterTest, NodesAreAddedAndRemoved) {
  RedisCluster cluster({.masters = 1, .replicas = 0});
  RedisServer& added = cluster.add_master();
  cluster.move_slots(cluster.node(0), added, 0, 20);
  cluster.wait_until_ok();
  EXPECT_EQ(&cluster.master_of_slot(20), &added);
  cluster.move_slots(added, cluster.node(0), 0, 20);
  cluster.remove(added);
  EXPECT_EQ(cluster.size(), 1U);
}

TEST(RedisClusterTest, SpeaksTls) {
  TlsAuthority authority;
  const RedisTls tls{authority.ca_file(), authority.issue("redis")};
  RedisCluster cluster({.node = {.password = "secret", .tls = tls}});
  EXPECT_TRUE(cluster.url().starts_with("rediss+cluster://:secret@127.0.0.1:"));
  EXPECT_EQ(cluster.node(0).command({"SET", "{06S}a", "1"}), "OK");
  EXPECT_EQ(cluster.node(0).command({"WAIT", "1", "5000"}), "1");
  cluster.move_slots(cluster.node(0), cluster.node(1), 0, 0);
  EXPECT_EQ(cluster.node(1).command({"GET", "{06S}a"}), "1");
}

}  // namespace
}  // namespace hermod::test
