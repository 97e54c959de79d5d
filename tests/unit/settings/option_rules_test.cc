#include "settings/option_rules.h"

#include <gmock/gmock.h>

namespace hermod {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal(const Options& options) {
  const Result<void> checked = check_options(options);
  return checked.ok() ? "" : checked.error().message;
}

Options production() {
  Options options;
  options.environment = "production";
  options.redis_url = "redis://redis:6379";
  options.kafka_bootstrap_servers = "kafka:9092";
  options.jwt_secret_key = std::string(32, 's');
  return options;
}

TEST(OptionRulesTest, AcceptsTheDefaultsAndACompleteProduction) {
  EXPECT_EQ(refusal(Options()), "");
  EXPECT_EQ(refusal(production()), "");
}

TEST(OptionRulesTest, TheAdminTokenIsGivenOnce) {
  Options options;
  options.admin_token = "0123456789abcdef";
  EXPECT_EQ(refusal(options), "");
  options.admin_token_file = "/a";
  EXPECT_THAT(refusal(options), HasSubstr("ADMIN_TOKEN and ADMIN_TOKEN_FILE are both set"));
}

TEST(OptionRulesTest, TheAdminPortNeedsATokenAndANumberOfItsOwn) {
  Options options;
  options.admin_port = 9090;
  EXPECT_THAT(refusal(options), HasSubstr("ADMIN_PORT is set, but ADMIN_TOKEN is not"));
  options.admin_token_file = "/a";
  EXPECT_EQ(refusal(options), "");
  options.websocket_port = 9090;
  EXPECT_THAT(refusal(options), HasSubstr("ADMIN_PORT and WEBSOCKET_PORT are both 9090"));
  options.admin_port = options.websocket_port = 0;
  EXPECT_EQ(refusal(options), "");
  options.admin_port = 65'536;
  EXPECT_THAT(refusal(options), HasSubstr("ADMIN_PORT is \"65536\", but must be a port"));
}

TEST(OptionRulesTest, ProductionRefusesEmbeddedAndGeneratedParts) {
  Options options = production();
  options.redis_url.clear();
  EXPECT_THAT(refusal(options), HasSubstr("REDIS_URL is needed with ENVIRONMENT=production"));
  options = production();
  options.kafka_bootstrap_servers.clear();
  EXPECT_THAT(refusal(options), HasSubstr("KAFKA_BOOTSTRAP_SERVERS is needed"));
  options.memory_source = true;
  EXPECT_EQ(refusal(options), "");
  options.memory_source = false;
  options.kafka_consume = false;
  EXPECT_EQ(refusal(options), "") << "a process that consumes nothing embeds no broker";
  options = production();
  options.jwt_secret_key.clear();
  EXPECT_THAT(refusal(options), HasSubstr("JWT_SECRET_KEY"));
  options.environment = "staging";
  EXPECT_EQ(refusal(options), "");
}

TEST(OptionRulesTest, OneKeyOfTheRightKind) {
  Options options;
  options.jwt_secret_key = "a";
  options.jwt_secret_key_file = "b";
  EXPECT_THAT(refusal(options), HasSubstr("JWT_SECRET_KEY and JWT_SECRET_KEY_FILE are both set"));
  options = {};
  options.jwt_secret_key = "a";
  options.jwt_algorithm = "RS256";
  EXPECT_THAT(refusal(options), HasSubstr("JWT_SECRET_KEY is set, but JWT_ALGORITHM RS256 needs"));
  options = {};
  options.jwt_public_key_file = "a";
  EXPECT_THAT(refusal(options), HasSubstr("JWT_PUBLIC_KEY_FILE is set, but JWT_ALGORITHM HS256"));
  options.jwt_algorithm = "ES256";
  EXPECT_EQ(refusal(options), "");
  options.jwt_jwks_file = "b";
  EXPECT_THAT(refusal(options), HasSubstr("JWT_PUBLIC_KEY_FILE and JWT_JWKS_FILE are both set"));
  options = {};
  options.jwt_algorithm = "ES256";
  EXPECT_THAT(refusal(options), HasSubstr("JWT_PUBLIC_KEY_FILE or JWT_JWKS_FILE is needed"));
}

TEST(OptionRulesTest, ChannelsTopicsAndUrls) {
  Options options;
  options.redis_publish_channel = "x:{user}";
  EXPECT_THAT(refusal(options), HasSubstr("REDIS_LISTEN_CHANNELS"));
  options.redis_publish_channel = "";
  EXPECT_THAT(refusal(options), Not(HasSubstr("REDIS_")));
  options.redis_publish_channel = "x";
  EXPECT_THAT(refusal(options), HasSubstr("REDIS_PUBLISH_CHANNEL"));
  options = {};
  options.redis_listen_channels = {"teacher:{user}:notifications", "{user}:{user}"};
  EXPECT_THAT(refusal(options), HasSubstr("REDIS_LISTEN_CHANNELS"));
  options = {};
  options.redis_url = "http://h";
  EXPECT_THAT(refusal(options), HasSubstr("REDIS_URL"));
  options = {};
  options.kafka_dead_letter_topic = options.kafka_topics.front();
  EXPECT_THAT(refusal(options), HasSubstr("KAFKA_DEAD_LETTER_TOPIC is one of KAFKA_TOPICS"));
  options.kafka_dead_letter_topic.clear();
  EXPECT_EQ(refusal(options), "");
  options.kafka_presence_topic = options.kafka_topics.front();
  EXPECT_THAT(refusal(options), HasSubstr("KAFKA_PRESENCE_TOPIC is one of KAFKA_TOPICS"));
  options.kafka_presence_topic = options.kafka_dead_letter_topic = "other";
  EXPECT_THAT(refusal(options), HasSubstr("KAFKA_DEAD_LETTER_TOPIC are the same"));
  options.kafka_dead_letter_topic.clear();
  EXPECT_EQ(refusal(options), "");
  options.kafka_topics.clear();
  EXPECT_THAT(refusal(options), HasSubstr("KAFKA_TOPICS"));
}

// An embedder fills Options itself, so check_options() also validates single values.
TEST(OptionRulesTest, TracingNeedsACollector) {
  Options options;
  options.enable_tracing = true;
  EXPECT_THAT(refusal(options), HasSubstr("OTEL_EXPORTER_OTLP_ENDPOINT is needed"));
  options.otel_exporter_otlp_endpoint = "http://user:password@collector:4318";
  EXPECT_THAT(refusal(options), HasSubstr("OTEL_EXPORTER_OTLP_ENDPOINT contains a user"));
  options.otel_exporter_otlp_endpoint = "http://collector:4318";
  EXPECT_EQ(refusal(options), "");
}

TEST(OptionRulesTest, ATrustedNetworkIsNotAllOfIpv4ByMistake) {
  Options options;
  options.trusted_proxies = {"10.0.0.0/8", "::ffff:10.0.0.0/104", "::/0"};
  EXPECT_EQ(refusal(options), "");
  options.trusted_proxies = {"::ffff:10.0.0.0/8"};
  EXPECT_THAT(refusal(options), HasSubstr("TRUSTED_PROXIES"));
  EXPECT_THAT(refusal(options), HasSubstr("write it as IPv4"));
}

TEST(OptionRulesTest, JudgesSingleValues) {
  const auto with = [](auto field, auto value) {
    Options options;
    options.*field = value;
    return refusal(options);
  };
  EXPECT_THAT(with(&Options::websocket_idle_timeout, 0U),
              HasSubstr("WEBSOCKET_IDLE_TIMEOUT is \"0\""));
  EXPECT_THAT(with(&Options::log_level, "LOUD"), HasSubstr("LOG_LEVEL is \"LOUD\""));
  EXPECT_THAT(with(&Options::jwt_audience, ""), HasSubstr("JWT_AUDIENCE"));
  EXPECT_THAT(with(&Options::jwt_algorithm, "none"), HasSubstr("JWT_ALGORITHM is \"none\""));
  EXPECT_THAT(with(&Options::cors_origins, std::vector<std::string>{"*"}),
              HasSubstr("CORS_ORIGINS"));
  EXPECT_THAT(with(&Options::kafka_bootstrap_servers, "a b"), HasSubstr("KAFKA_BOOTSTRAP_SERVERS"));
  Options options;
  options.kafka_config = {{"group.id", "x"}};
  EXPECT_THAT(refusal(options), HasSubstr("group.id"));
}

}  // namespace
}  // namespace hermod
