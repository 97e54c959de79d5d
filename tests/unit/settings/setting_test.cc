#include "hermod/setting.h"

#include <gmock/gmock.h>

namespace hermod {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string error_of(const Setting& setting) {
  Options options;
  const Result<void> applied = apply_setting(setting, options);
  return applied ? std::string() : applied.error().message;
}

TEST(SettingTest, NamesAreThoseOfTheServiceInCamelCase) {
  EXPECT_THAT(setting_names(), Contains("websocketMaxConnectionsPerUser"));
  EXPECT_THAT(setting_names(), Contains("jwtJwksFile"));
  EXPECT_THAT(setting_names(), Not(Contains(HasSubstr("_"))));
}

TEST(SettingTest, AppliesTextsNumbersAndLists) {
  Options options;
  EXPECT_TRUE(apply_setting({"websocketPort", "0", {}}, options));
  EXPECT_TRUE(apply_setting({"enableMetrics", "false", {}}, options));
  EXPECT_TRUE(apply_setting({"kafkaTopics", "", std::vector<std::string>{"a", "b"}}, options));
  EXPECT_TRUE(apply_setting({"redisUrl", "", {}}, options));
  EXPECT_TRUE(apply_setting({"kafkaDeadLetterTopic", "", {}}, options));
  EXPECT_EQ(options.websocket_port, 0);
  EXPECT_FALSE(options.enable_metrics);
  EXPECT_THAT(options.kafka_topics, ElementsAre("a", "b"));
  EXPECT_EQ(options.kafka_dead_letter_topic, "");
}

TEST(SettingTest, TheErrorUsesTheGivenName) {
  EXPECT_THAT(error_of({"websocketPort", "x", {}}), HasSubstr("websocketPort is \"x\""));
  EXPECT_THAT(error_of({"websocketPort", "", std::vector<std::string>{"1"}}),
              HasSubstr("websocketPort"));
}

TEST(SettingTest, AnUnknownNameGetsASuggestion) {
  EXPECT_EQ(error_of({"websocketPrt", "1", {}}),
            "unknown option websocketPrt; did you mean websocketPort?");
  EXPECT_EQ(error_of({"nothingOfTheKind", "1", {}}), "unknown option nothingOfTheKind");
  EXPECT_THAT(error_of({"WEBSOCKET_PORT", "1", {}}), HasSubstr("unknown option"));
}

}  // namespace
}  // namespace hermod
