#include "redis_schema/channel_pattern.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

ChannelPattern pattern(const char* text) {
  return ChannelPattern::parse(text).take();
}

TEST(ChannelPatternTest, NamesAChannelAndFindsItsUser) {
  const ChannelPattern teacher = pattern("teacher:{user}:notifications");
  EXPECT_EQ(teacher.name("42"), "teacher:42:notifications");
  EXPECT_EQ(teacher.match("teacher:42:notifications"), "42");
  EXPECT_EQ(teacher.match("teacher:a:notifications:notifications"), "a:notifications");
  EXPECT_FALSE(teacher.match("teacher::notifications"));
  EXPECT_FALSE(teacher.match("teacher:42:other"));
  EXPECT_FALSE(teacher.match("teacher:notifications"));
  EXPECT_EQ(pattern("ws:{user}").match("ws:{}"), "{}");
}

TEST(ChannelPatternTest, RefusesWhatLeavesTheUserUncertain) {
  for (const char* text :
       {"", "ws:", "ws:{user", "ws:{user}{user}", "ws:{id}:{user}", "{ws}:{user}", "}{user}",
        "{user}", "{user}:x", "h{user}", "hermod:{user}:pos", "hermod:x:{user}"}) {
    const auto refused = ChannelPattern::parse(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, ErrorCode::kConfiguration);
  }
}

TEST(CheckChannelsTest, AcceptsTheDefaults) {
  EXPECT_TRUE(check_channels("teacher:{user}:notifications",
                             {"teacher:{user}:notifications", "ws:{user}"}));
}

TEST(CheckChannelsTest, WantsThePublishChannelAmongThoseListenedTo) {
  const auto refused = check_channels("ws:{user}", {"teacher:{user}:notifications"});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("must contain REDIS_PUBLISH_CHANNEL"), std::string::npos);
  EXPECT_FALSE(check_channels("ws:{user}", {}));
}

TEST(CheckChannelsTest, NeedsNoChannelToPublishOn) {
  EXPECT_TRUE(check_channels("", {"ws:{user}"}));
  EXPECT_TRUE(check_channels("", {}));
  EXPECT_FALSE(check_channels("", {"ws"}));
  EXPECT_TRUE(check_channels("ws:{user}", {}, "hermod", PublishMode::kSharded));
  EXPECT_TRUE(check_channels("unused", {}, "hermod", PublishMode::kSharded));
  EXPECT_FALSE(check_channels("unused", {"ws"}, "hermod", PublishMode::kSharded));
}

TEST(CheckChannelsTest, RefusesChannelsThatCouldBeTheSame) {
  EXPECT_FALSE(check_channels("ws:{user}", {"ws:{user}", "ws:{user}"}));
  EXPECT_FALSE(check_channels("ws:{user}", {"ws:{user}", "ws:a:{user}"}));
  EXPECT_FALSE(check_channels("a:{user}:x", {"a:{user}:x", "a:b:{user}"}));
  EXPECT_TRUE(check_channels("a:{user}:x", {"a:{user}:x", "a:{user}:y", "b:{user}:x"}));
}

TEST(CheckChannelsTest, KeepsChannelsOfThePrefixForHermod) {
  EXPECT_TRUE(check_channels("hermod:{user}", {"hermod:{user}"}, "staging"));
  const auto refused = check_channels("ws:{user}", {"ws:{user}"}, "ws");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("REDIS_PREFIX (ws:...)"), std::string::npos);
}

TEST(CheckChannelsTest, NamesTheVariable) {
  EXPECT_EQ(check_channels("ws", {"ws"}).error().message.find("REDIS_PUBLISH_CHANNEL"), 0u);
  EXPECT_EQ(check_channels("ws:{user}", {"ws"}).error().message.find("REDIS_LISTEN_CHANNELS"), 0u);
}

}  // namespace
}  // namespace hermod
