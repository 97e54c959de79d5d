#include "server/component_options.h"

#include <gmock/gmock.h>

namespace hermod {
namespace {

using ::testing::ElementsAre;

TEST(ComponentOptionsTest, RefusesShortKeysInProductionOnly) {
  Options options;
  EXPECT_EQ(verifier_options(options).keys.short_keys, KeyOptions::ShortKeys::kAllowed);
  options.environment = "production";
  EXPECT_EQ(verifier_options(options).keys.short_keys, KeyOptions::ShortKeys::kRefused);
  options.jwt_allow_short_key = true;
  EXPECT_EQ(verifier_options(options).keys.short_keys, KeyOptions::ShortKeys::kAllowed);
}

TEST(ComponentOptionsTest, RoutesTheTypesOfTheTopicsUnlessTypesAreSet) {
  const std::vector<std::string> defaults = Options().kafka_topics;
  Options options;
  options.kafka_topics = {"orders"};
  std::vector<std::string> expected = {"orders"};
  expected.insert(expected.end(), defaults.begin(), defaults.end());
  EXPECT_EQ(event_types(options), expected);
  options.kafka_event_types = {"order.created"};
  EXPECT_THAT(event_types(options), ElementsAre("order.created"));
}

TEST(ComponentOptionsTest, ADeadLetterHoldsItsOffsetForAQuarterOfTheDuplicateWindow) {
  Options options;
  options.idempotency_ttl_seconds = 40;
  EXPECT_EQ(dead_letter_hold_ms(options), 10'000U);
  options.idempotency_ttl_seconds = 1;
  EXPECT_EQ(dead_letter_hold_ms(options), 5000U);
  options.idempotency_ttl_seconds = 31'536'000;
  EXPECT_EQ(dead_letter_hold_ms(options), 900'000U);
}

TEST(ComponentOptionsTest, TheDescriptorLimitBoundsTheConnectionsUnlessTheyAreSet) {
  Options options;
  EXPECT_EQ(connections_max(options, 1024), 924U);
  EXPECT_EQ(connections_max(options, 50), 1U);
  options.websocket_max_connections = 7;
  EXPECT_EQ(connections_max(options, 1024), 7U);
}

}  // namespace
}  // namespace hermod
