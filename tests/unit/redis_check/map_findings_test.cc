#include "redis_check/map_findings.h"

#include <gmock/gmock.h>

namespace hermod {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using State = ReplicaNode::State;

RedisMap one_master(std::vector<ReplicaNode> replicas) {
  return {SlotMap::of_one({.endpoint = {"10.0.0.1", 6379}, .replicas = std::move(replicas)}), {}};
}

std::vector<std::string> texts(const std::vector<RedisFinding>& findings) {
  std::vector<std::string> found;
  for (const RedisFinding& finding : findings) {
    EXPECT_EQ(finding.level, RedisFinding::Level::kWarning);
    found.push_back(finding.text);
  }
  return found;
}

TEST(MapFindingsTest, AMasterWithItsReplicaOnAnotherHostIsGood) {
  EXPECT_THAT(map_findings(one_master({{State::kOnline, {"10.0.0.2", 6379}, ""}}), 1, {}),
              IsEmpty());
}

TEST(MapFindingsTest, ReplicasThatDoNotHelp) {
  EXPECT_THAT(texts(map_findings(one_master({{State::kFailed, {"10.0.0.2", 6379}, ""}}), 1, {})),
              ElementsAre(HasSubstr("its replica 10.0.0.2:6379 has failed"),
                          HasSubstr("Redis at 10.0.0.1:6379 has no replica")));
  EXPECT_THAT(
      texts(map_findings(one_master({{State::kSyncing, {"10.0.0.1", 6380}, ""}}), 1, {})),
      ElementsAre(HasSubstr("10.0.0.1:6380 is synchronizing"), HasSubstr("is on the same host")));
}

TEST(MapFindingsTest, ComparesTheReplicasWithReplicasMin) {
  const RedisMap two = one_master(
      {{State::kOnline, {"10.0.0.2", 6379}, ""}, {State::kOnline, {"10.0.0.3", 6379}, ""}});
  EXPECT_THAT(texts(map_findings(two, 3, {})),
              ElementsAre(HasSubstr("has 2 replicas, but REDIS_REPLICAS_MIN is 3")));
  EXPECT_THAT(texts(map_findings(two, 1, {})),
              ElementsAre(HasSubstr("REDIS_REPLICAS_MIN is 1, but a master has 2 replicas")));
  EXPECT_THAT(map_findings(two, 2, {}), IsEmpty());
}

TEST(MapFindingsTest, CountsSlotsAndSentinels) {
  RedisMap found = one_master({{State::kOnline, {"10.0.0.2", 6379}, ""}});
  found.facts.slots_unserved = 1;
  found.facts.sentinel_faults = {"10.0.0.9:26379: no answer"};
  EXPECT_THAT(texts(map_findings(found, 1, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})),
              ElementsAre(HasSubstr("the Sentinel at 10.0.0.9:26379: no answer"),
                          HasSubstr("11 open slots: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...;"),
                          HasSubstr("1 slot of 16384 without a master")));
}

TEST(MapFindingsTest, ValuesThatAreUnknownOrDiffer) {
  EXPECT_EQ(describe_configs({{"a:1", "", ""}}),
            "cluster-require-full-coverage unknown, cluster-node-timeout unknown");
  const std::vector<ClusterConfig> configs = {{"a:1", "no", "5000"}, {"b:1", "yes", "5001"}};
  EXPECT_EQ(describe_configs(configs),
            "cluster-require-full-coverage different, cluster-node-timeout different");
  EXPECT_THAT(texts(config_findings(configs)),
              ElementsAre(HasSubstr("cluster-require-full-coverage is yes at b:1:"),
                          HasSubstr("cluster-node-timeout is 5001 ms at b:1:")));
  EXPECT_THAT(config_findings({{"a:1", "", ""}}), IsEmpty());
}

TEST(MapFindingsTest, DescribesReplicas) {
  EXPECT_EQ(describe_replicas({.endpoint = {"10.0.0.1", 6379}}), "no replica");
  EXPECT_EQ(describe_replicas({.endpoint = {"10.0.0.1", 6379},
                               .replicas = {{State::kOnline, {"10.0.0.2", 6379}, ""},
                                            {State::kFailed, {"10.0.0.3", 6379}, ""}}}),
            "replicas: 10.0.0.2:6379 (online), 10.0.0.3:6379 (failed)");
}

}  // namespace
}  // namespace hermod
