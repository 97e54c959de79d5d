#include "redis_topology/survey_order.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

std::string ports(const std::vector<RedisEndpoint>& nodes) {
  std::string text;
  for (const RedisEndpoint& node : nodes) text += std::to_string(node.port) + ' ';
  return text;
}

class SurveyOrderTest : public ::testing::Test {
 protected:
  SurveyOrderTest() {
    using State = ReplicaNode::State;
    map_ = SlotMap::of_one(
        {{"h", 1}, "a", 1, {{State::kOnline, {"h", 3}, "c"}, {State::kFailed, {"h", 4}, "d"}}});
    map_.add({{"h", 2}, "b"});
    map_.add({});  // an unused number
  }

  SlotMap map_;
  std::vector<RedisEndpoint> seeds_ = {{"h", 1}, {"seed", 9}};
};

TEST_F(SurveyOrderTest, MastersReplicasSeeds) {
  EXPECT_EQ(ports(SurveyOrder().nodes(map_, seeds_)), "1 2 3 9 ");
  EXPECT_EQ(ports(SurveyOrder().nodes(SlotMap(), seeds_)), "1 9 ");
}

TEST_F(SurveyOrderTest, PreferredNodesComeFirstAndSuspectsLast) {
  SurveyOrder order;
  order.first = RedisEndpoint{"h", 7};
  order.second = RedisEndpoint{"h", 3};
  order.suspects = {"h:1", "h:7"};
  EXPECT_EQ(ports(order.nodes(map_, seeds_)), "3 2 9 7 1 ");
}

}  // namespace
}  // namespace hermod
