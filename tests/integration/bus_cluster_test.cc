// The bus on a real Redis Cluster: failover, moving slots, lost replicas.

#include "integration/bus_deployment_fixture.h"
#include "redis_schema/user_tag.h"
#include "redis_topology/key_slot.h"
#include "support/redis_cluster.h"

namespace hermod {
namespace {

using test::RedisCluster;
using test::RedisServer;

class BusClusterTest : public test::BusDeploymentTest {
 protected:
  void open(PublishMode mode = PublishMode::kSharded, uint32_t replicas_min = 1) {
    BusDeploymentTest::open(cluster_.url(), mode, replicas_min);
    ASSERT_TRUE(run_until([&] { return all_up(3); }, std::chrono::milliseconds(10'000)));
    listener_.states.clear();
    listener_.moved.clear();  // from no shard to the first one
  }

  static uint16_t slot_of(const std::string& user) { return key_slot(UserTag(user).text()); }

  RedisCluster cluster_;
};

TEST_F(BusClusterTest, UsersOfAllShardsAreServed) {
  open();
  start_load();
  wait_ms(500);
  finish_load();
  const BusStatus status = bus_->status();
  EXPECT_EQ(status.mode, BusMode::kCluster);
  ASSERT_EQ(status.shards.size(), 3u);
  for (const ShardStatus& shard : status.shards) {
    EXPECT_TRUE(shard.works()) << shard.address << ' ' << shard.reason;
    EXPECT_GT(shard.users, 0u);
    EXPECT_EQ(shard.replicas.size(), 1u);
    EXPECT_EQ(shard.replication, "");
  }
  EXPECT_EQ(status.subscriptions, static_cast<uint64_t>(kUsers));
  EXPECT_EQ(status.unreplicated, 0u);
}

TEST_F(BusClusterTest, UsersOfAllShardsAreServedWithClassicChannels) {
  open(PublishMode::kClassic);
  start_load();
  wait_ms(500);
  finish_load();
}

TEST_F(BusClusterTest, AKilledMasterIsReplacedByItsReplica) {
  open();
  start_load();
  wait_ms(300);
  RedisServer& master = cluster_.master_of_key("{user-0}");
  const ShardId shard = bus_->shard_of("user-0");
  master.kill();
  ASSERT_TRUE(run_until([&] { return listener_.shard_states[shard] == BusState::kDown; },
                        std::chrono::milliseconds(5'000)));
  ASSERT_TRUE(run_until([&] { return all_up(3); }, std::chrono::milliseconds(15'000)))
      << bus_->status().reason;
  wait_ms(300);
  finish_load();
  EXPECT_EQ(std::ranges::count(listener_.states, BusState::kDown), 1);  // of this shard only
  EXPECT_EQ(bus_->shard_of("user-0"), shard);
  EXPECT_TRUE(listener_.moved.empty());
}

TEST_F(BusClusterTest, APlannedFailoverIsFollowed) {
  open();
  start_load();
  wait_ms(300);
  for (int i = 0; i < 2; ++i) {
    RedisServer& master = cluster_.master_of_key("{user-0}");
    RedisServer& replica = *cluster_.replicas_of(master).front();
    while_running([&] {
      cluster_.failover(replica);
      cluster_.wait_until_ok();
    });
    wait_ms(300);
  }
  finish_load();
  EXPECT_TRUE(all_up(3));
}

TEST_F(BusClusterTest, UsersMoveWithTheirSlotThereAndBack) {
  open();
  start_load();
  wait_ms(300);
  RedisServer& from = cluster_.master_of_key("{user-0}");
  const uint16_t slot = slot_of("user-0");
  RedisServer& to = cluster_.master_of_slot(static_cast<uint16_t>((slot + 6'000) % kSlotCount));
  const ShardId home = bus_->shard_of("user-0");
  while_running([&] { cluster_.move_slots(from, to, slot, slot); });
  ASSERT_TRUE(run_until([&] { return bus_->shard_of("user-0") != home; },
                        std::chrono::milliseconds(5'000)));
  EXPECT_EQ(listener_.moved["user-0"], 1);
  wait_ms(300);
  while_running([&] { cluster_.move_slots(to, from, slot, slot); });
  ASSERT_TRUE(run_until([&] { return bus_->shard_of("user-0") == home; },
                        std::chrono::milliseconds(5'000)));
  wait_ms(300);
  finish_load();
  EXPECT_GE(listener_.subscribed["user-0"], 3);
  EXPECT_TRUE(all_up(3));
}

TEST_F(BusClusterTest, TheUsersOfAnOpenSlotWait) {
  open();
  RedisServer& from = cluster_.master_of_key("{user-0}");
  const uint16_t slot = slot_of("user-0");
  RedisServer& to = cluster_.master_of_slot(static_cast<uint16_t>((slot + 6'000) % kSlotCount));
  cluster_.open_slot(slot, from, to);
  start_load();
  ASSERT_TRUE(run_until([&] { return !bus_->status().open_slots.empty(); },
                        std::chrono::milliseconds(10'000)));
  EXPECT_EQ(bus_->status().open_slots.front(), slot);
  while_running([&] { cluster_.close_slot(slot, from, to); });
  wait_ms(300);
  finish_load();
}

TEST_F(BusClusterTest, WithoutReplicasTheAnswersComeAndAreCounted) {
  open();
  start_load();
  wait_ms(300);
  RedisServer& master = cluster_.master_of_key("{user-0}");
  RedisServer& replica = *cluster_.replicas_of(master).front();
  replica.kill();
  ASSERT_TRUE(run_until([&] { return bus_->status().unreplicated > 0; },
                        std::chrono::milliseconds(15'000)));
  EXPECT_NE(bus_->status().shards[bus_->shard_of("user-0")].replication, "");
  replica.start();
  ASSERT_TRUE(
      run_until([&] { return bus_->status().shards[bus_->shard_of("user-0")].replication.empty(); },
                std::chrono::milliseconds(20'000)));
  finish_load();
}

}  // namespace
}  // namespace hermod
