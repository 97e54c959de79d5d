// The leases of users on a Redis Cluster.

#include "integration/lease_fixture.h"
#include "redis_topology/key_slot.h"
#include "support/redis_cluster.h"

namespace hermod {
namespace {

class BusLeaseClusterTest : public test::LeaseTest {
 protected:
  static constexpr int kUsers = 12;

  void open() {
    LeaseTest::open(cluster_.url(), 2);
    ASSERT_TRUE(until([&] { return all_up(); }));
    for (int i = 0; i < kUsers; ++i) {
      for (const size_t number : {0U, 0U, 1U}) process(number).connect(user(i));
    }
    until_decided();
    EXPECT_EQ(open_tabs(), 3L * kUsers);
  }
  bool all_up() {
    return std::ranges::all_of(processes_, [](const auto& one) {
      const BusStatus status = one->bus.status();
      return status.shards.size() == 3 && std::ranges::all_of(status.shards, &ShardStatus::up);
    });
  }
  static std::string user(int number) { return "user-" + std::to_string(number); }
  std::string stored(const std::string& user, size_t number) {
    const std::string field = "process-" + std::to_string(number);
    return cluster_.master_of_key(key(user)).command({"HGET", key(user), field});
  }
  bool all_stored() {
    for (int i = 0; i < kUsers; ++i) {
      if (stored(user(i), 0) != "2" || stored(user(i), 1) != "1") return false;
    }
    return true;
  }

  test::RedisCluster cluster_;
};

TEST_F(BusLeaseClusterTest, FollowUsersToAnotherShard) {
  open();
  EXPECT_TRUE(all_stored());
  test::RedisServer& from = cluster_.master_of_key(key(user(0)));
  const uint16_t slot = test::RedisCluster::slot_of(key(user(0)));
  test::RedisServer& to = cluster_.master_of_slot((slot + 6'000) % kSlotCount);
  from.command({"DEL", key(user(0))});
  cluster_.move_slots(from, to, slot, slot);
  ASSERT_TRUE(until([&] { return all_stored(); }));
  for (int i = 0; i < 4; ++i) {
    for (const size_t number : {0U, 1U}) process(number).connect(user(0));
  }
  until_decided();
  EXPECT_EQ(open_tabs(), 3L * kUsers + 2);
}

TEST_F(BusLeaseClusterTest, AreWrittenAgainAfterAFailoverThatLostThem) {
  test::RedisServer& master = cluster_.master_of_key(key(user(0)));
  cluster_.cut_replication(master);
  open();
  master.kill();
  for (test::RedisServer* const replica : cluster_.replicas_of(master)) replica->thaw();
  ASSERT_TRUE(until([&] { return !all_up(); }));
  ASSERT_TRUE(until([&] { return all_up(); }));
  EXPECT_TRUE(until([&] { return all_stored(); }));
  EXPECT_EQ(open_tabs(), 3L * kUsers);
}

}  // namespace
}  // namespace hermod
