#include "settings/option_warnings.h"

#include <gmock/gmock.h>

#include "settings/option_rules.h"

namespace hermod {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

Options with(void (*change)(Options&)) {
  Options options;
  options.redis_url = "redis://redis:6379";
  options.kafka_bootstrap_servers = "kafka:9092";
  options.jwt_secret_key = std::string(32, 's');
  change(options);
  return options;
}

// Expects a warning that names the variable, and an error with the same words in production.
void expect_suspicious(Options options, std::string_view name, std::string_view what) {
  EXPECT_TRUE(check_options(options)) << check_options(options).error().message;
  ASSERT_THAT(option_warnings(options), SizeIs(1)) << name;
  const std::string sentence = option_warnings(options).front();
  EXPECT_THAT(sentence, AllOf(HasSubstr(name), HasSubstr(what), Not(HasSubstr("hidden"))));
  options.environment = "production";
  const Result<void> checked = check_options(options);
  ASSERT_FALSE(checked) << name;
  EXPECT_EQ(checked.error().code, ErrorCode::kConfiguration);
  EXPECT_THAT(checked.error().message, StartsWith(sentence));
}

TEST(OptionWarningsTest, TheDefaultsAreNotSuspicious) {
  EXPECT_THAT(option_warnings(Options()), IsEmpty());
  EXPECT_THAT(option_warnings(with([](Options&) {})), IsEmpty());
}

TEST(OptionWarningsTest, CharactersAroundASecretOrAName) {
  expect_suspicious(
      with([](Options& o) { o.jwt_secret_key = "\"hidden-hidden-hidden-hidden-hidden\""; }),
      "JWT_SECRET_KEY", "is in quotes");
  expect_suspicious(
      with([](Options& o) { o.jwt_secret_key = "hidden-hidden-hidden-hidden-hidden\r"; }),
      "JWT_SECRET_KEY", "ends with a carriage return");
  expect_suspicious(
      with([](Options& o) { o.jwt_secret_key = "\xef\xbb\xbfhidden-hidden-hidden-hidden-"; }),
      "JWT_SECRET_KEY", "begins with a byte order mark");
  expect_suspicious(
      with([](Options& o) { o.jwt_secret_key = "hidden-hidden-hidden-hidden-hidden "; }),
      "JWT_SECRET_KEY", "begins or ends with a blank");
  expect_suspicious(with([](Options& o) { o.admin_token = "'hidden-hidden-hidden'"; }),
                    "ADMIN_TOKEN", "is in quotes");
  expect_suspicious(with([](Options& o) { o.redis_url = "redis://:'hidden'@redis:6379"; }),
                    "the password in REDIS_URL", "is in quotes");
  expect_suspicious(with([](Options& o) {
                      o.kafka_config = {{"sasl.password", "'hidden'"}};
                    }),
                    "the Kafka property sasl.password", "is in quotes");
  expect_suspicious(with([](Options& o) { o.jwt_audience = "'huleedu-platform'"; }), "JWT_AUDIENCE",
                    "is in quotes");
  expect_suspicious(with([](Options& o) { o.jwt_issuer = "issuer "; }), "JWT_ISSUER", "blank");
  expect_suspicious(with([](Options& o) { o.kafka_consumer_group = "${GROUP}"; }),
                    "KAFKA_CONSUMER_GROUP", "is a placeholder that was not filled in");
  expect_suspicious(with([](Options& o) { o.redis_listen_channels.emplace_back(" ws2:{user}"); }),
                    "an entry of REDIS_LISTEN_CHANNELS", "blank");
}

TEST(OptionWarningsTest, ProxiesThatAreEverybody) {
  expect_suspicious(with([](Options& o) { o.trusted_proxies = {"0.0.0.0/0"}; }), "TRUSTED_PROXIES",
                    "0.0.0.0/0, so that any client may claim any address");
  expect_suspicious(with([](Options& o) {
                      o.trusted_proxies = {"10.0.0.0/8", "::/0"};
                    }),
                    "TRUSTED_PROXIES", "::/0");
  expect_suspicious(with([](Options& o) { o.trusted_proxies = {"128.0.0.0/1"}; }),
                    "TRUSTED_PROXIES", "128.0.0.0/1");
  expect_suspicious(with([](Options& o) { o.trusted_proxies = {"2000::/3"}; }), "TRUSTED_PROXIES",
                    "2000::/3");
  EXPECT_THAT(option_warnings(with([](Options& o) {
                o.trusted_proxies = {"10.0.0.0/8", "fc00::/7", "::ffff:10.0.0.0/104"};
              })),
              IsEmpty());
}

TEST(OptionWarningsTest, WhatALoaderNoticedIsNoRefusal) {
  Options options = with([](Options& o) { o.warnings = {"something"}; });
  options.environment = "production";
  EXPECT_TRUE(check_options(options));
  EXPECT_THAT(option_warnings(options), ElementsAre("something"));
}

TEST(OptionWarningsTest, AnOutboxIsSmallerThanARecord) {
  Options options;
  options.record_bytes_max = options.outbox_bytes_max + 1;
  EXPECT_THAT(option_warnings(options), ElementsAre(HasSubstr("OUTBOX_BYTES_MAX")));
}

TEST(OptionWarningsTest, PresenceEventsNeedBrokers) {
  Options options = with([](Options& o) {
    o.kafka_presence_topic = "presence";
    o.kafka_consume = false;
  });
  EXPECT_THAT(option_warnings(options), IsEmpty());
  options.kafka_bootstrap_servers.clear();
  EXPECT_THAT(option_warnings(options),
              ElementsAre(HasSubstr("KAFKA_PRESENCE_TOPIC has no effect")));
}

}  // namespace
}  // namespace hermod
