#include "settings/option_reload.h"

#include <gmock/gmock.h>

namespace hermod {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(OptionReloadTest, AppliesTheReloadableSettingsAndNamesTheOthers) {
  Options now;
  EXPECT_THAT(settings_to_restart_for(now, now), IsEmpty());

  Options wanted;
  wanted.drain_seconds = now.drain_seconds + 1;
  wanted.trusted_proxies = {"10.0.0.0/8"};
  wanted.websocket_port = 9;
  wanted.kafka_topics = {"other"};
  EXPECT_THAT(settings_to_restart_for(now, wanted), ElementsAre("WEBSOCKET_PORT", "KAFKA_TOPICS"));

  EXPECT_THAT(settings_to_apply(now, wanted), ElementsAre("DRAIN_SECONDS", "TRUSTED_PROXIES"));

  const Options before = now;
  apply_reloadable(wanted, now);
  EXPECT_EQ(now.drain_seconds, wanted.drain_seconds);
  EXPECT_EQ(now.trusted_proxies, wanted.trusted_proxies);
  EXPECT_EQ(now.websocket_port, before.websocket_port);
  EXPECT_EQ(now.kafka_topics, before.kafka_topics);
}

// Both settings add to the same field.
TEST(OptionReloadTest, ANewPropertyOfLibrdkafkaNeedsARestart) {
  Options wanted;
  wanted.kafka_config.emplace_back("fetch.min.bytes", "1");
  EXPECT_THAT(settings_to_restart_for(Options(), wanted),
              ElementsAre("KAFKA_CONFIG", "KAFKA_CONFIG_FILE"));
}

}  // namespace
}  // namespace hermod
