#include <gtest/gtest.h>

#include "redis_schema/redis_channels.h"

namespace hermod {
namespace {

TEST(RedisNamesTest, WithoutATagAreWhatTheyWere) {
  const RedisNames names;
  EXPECT_EQ(names.generation(), "hermod:generation");
  EXPECT_EQ(names.former_generation(), "hermod:sentinel");
  EXPECT_EQ(names.routed_since(), "hermod:generation:routed_since");
  EXPECT_EQ(names.mode(), "hermod:generation:mode");
  EXPECT_EQ(names.canary(), "hermod:canary:");
}

TEST(RedisNamesTest, WithATagAreInASlotOfTheShard) {
  const RedisNames names("staging", 0, "shard-7");
  EXPECT_EQ(names.generation(), "staging:generation:{shard-7}");
  EXPECT_EQ(names.former_generation(), "");
  EXPECT_EQ(names.routed_since(), "staging:generation:{shard-7}:routed_since");
  EXPECT_EQ(names.mode(), "staging:generation:{shard-7}:mode");
  EXPECT_EQ(names.canary(), "staging:canary:{shard-7}:");
  EXPECT_EQ(names.user_key(), "staging:{");
}

TEST(RedisNamesTest, ATextChannelNamesItsUser) {
  std::string space;
  const RedisNames names("hermod", 3);
  EXPECT_EQ(names.text_user("hermod:3:{ann}:text", space), "ann");
  EXPECT_EQ(names.text_user("hermod:3:{%7Dx}:text", space), "}x");
  EXPECT_EQ(names.text_user("hermod:3:{ann}:pos", space), std::nullopt);
  EXPECT_EQ(names.text_user("hermod:{ann}:text", space), std::nullopt);
  EXPECT_EQ(names.text_user("hermod:3:{}:text", space), std::nullopt);
}

TEST(RedisChannelsTest, WithoutAChannelForOthersTheModeIsText) {
  EXPECT_EQ(make_channels({"hermod", 0, "a:{user}", {"a:{user}"}}).mode, PublishMode::kClassic);
  EXPECT_EQ(make_channels({"hermod", 0, "", {"a:{user}"}}).mode, PublishMode::kText);
  EXPECT_EQ(make_channels({"hermod", 0, "", {}, PublishMode::kSharded}).mode,
            PublishMode::kSharded);
}

TEST(RedisChannelsTest, TheCheckUserOfAShardIsInItsSlot) {
  const RedisChannels one = make_channels({"hermod", 0, "", {}, PublishMode::kSharded, "shard-7"});
  const RedisChannels two = make_channels({"hermod", 0, "", {}, PublishMode::kSharded, "shard-7"});
  EXPECT_EQ(one.check_user, "shard-7");
  EXPECT_EQ(one.canary.find("hermod:canary:{shard-7}:"), 0u);
  EXPECT_NE(one.canary, two.canary);
}

}  // namespace
}  // namespace hermod
