#include "bus/bus_status.h"

#include <gmock/gmock.h>

namespace hermod {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;

ShardStatus shard(std::string address, std::string reason) {
  ShardStatus made;
  made.address = std::move(address);
  made.up = reason.empty();
  made.reason = std::move(reason);
  return made;
}

BusStatus cluster(std::vector<ShardStatus> shards) {
  BusStatus status;
  status.mode = BusMode::kCluster;
  status.shards = std::move(shards);
  sum_up_shards(status);
  return status;
}

TEST(BusStatusTest, OnePlainServerIsTheWholeBus) {
  BusStatus status;
  status.shards.push_back(shard("r:6379", "refused"));
  status.shards[0].warning = "it evicts keys";
  status.shards[0].users = 3;
  status.shards[0].round_trip_us = 7;
  sum_up_shards(status);
  EXPECT_FALSE(status.up);
  EXPECT_EQ(status.reason, "refused");
  EXPECT_EQ(status.warning, "it evicts keys");
  EXPECT_EQ(status.subscriptions, 3u);
  EXPECT_EQ(status.round_trip_us, 7);
  EXPECT_FALSE(status.names_shards());
  EXPECT_FALSE(status.works());
  EXPECT_THAT(broken_shards(status), IsEmpty());
}

TEST(BusStatusTest, AServerThatIsFoundBySentinelIsNamed) {
  BusStatus status;
  status.mode = BusMode::kSentinel;
  status.shards.push_back(shard("r:6379", "refused"));
  sum_up_shards(status);
  EXPECT_EQ(status.reason, "r:6379: refused");
  EXPECT_THAT(broken_shards(status), ElementsAre("the Redis shard r:6379: refused"));
}

TEST(BusStatusTest, OneWorkingShardSuffices) {
  const BusStatus status = cluster({shard("a:1", "refused"), shard("b:2", "")});
  EXPECT_TRUE(status.up);
  EXPECT_TRUE(status.works());
  EXPECT_EQ(status.reason, "");
  EXPECT_THAT(broken_shards(status), ElementsAre("the Redis shard a:1: refused"));
}

TEST(BusStatusTest, AShardThatIsUpCanFailToWork) {
  BusStatus status = cluster({shard("a:1", "")});
  status.shards[0].reason = "messages cannot be published";
  sum_up_shards(status);
  EXPECT_TRUE(status.up);
  EXPECT_FALSE(status.works());
  EXPECT_THAT(broken_shards(status),
              ElementsAre("the Redis shard a:1 is up, but messages cannot be published"));
}

TEST(BusStatusTest, GaugesAreTheSumAndTheWorst) {
  std::vector<ShardStatus> shards = {shard("a:1", ""), shard("b:2", "")};
  shards[0].publications_waiting = 1;
  shards[0].publications_in_flight = 2;
  shards[0].unreplicated = 3;
  shards[0].canary_age_ms = 40;
  shards[0].warning = "it evicts keys";
  shards[1].publications_waiting = 10;
  shards[1].publications_in_flight = 20;
  shards[1].unreplicated = 30;
  shards[1].round_trip_us = 500;
  const BusStatus status = cluster(shards);
  EXPECT_EQ(status.publications_waiting, 11u);
  EXPECT_EQ(status.publications_in_flight, 22u);
  EXPECT_EQ(status.unreplicated, 33u);
  EXPECT_EQ(status.canary_age_ms, 40);
  EXPECT_EQ(status.round_trip_us, 500);
  EXPECT_EQ(status.warning, "a:1: it evicts keys");
}

TEST(BusStatusTest, WithoutAShardTheBusIsDown) {
  EXPECT_EQ(cluster({}).reason, "no server is known yet");
  EXPECT_FALSE(cluster({}).works());
}

TEST(BusStatusTest, TheReasonOfManyShardsIsBounded) {
  std::vector<ShardStatus> shards;
  for (int i = 0; i < 20; ++i) shards.push_back(shard("a:" + std::to_string(i), "refused"));
  const BusStatus status = cluster(shards);
  EXPECT_THAT(status.reason, EndsWith("a:7: refused; and 12 more shards"));
  EXPECT_EQ(broken_shards(status).size(), 20u);
}

TEST(BusStatusTest, ModesHaveNames) {
  EXPECT_EQ(label(BusMode::kSingle), "single");
  EXPECT_EQ(label(BusMode::kSentinel), "sentinel");
  EXPECT_EQ(label(BusMode::kCluster), "cluster");
}

}  // namespace
}  // namespace hermod
