#include "settings/option_loader.h"

#include <gmock/gmock.h>

#include "settings/option_value.h"
#include "unit/settings/option_fixture.h"

namespace hermod {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;
using OptionLoaderTest = test::OptionTest;

TEST_F(OptionLoaderTest, NothingGivesTheDefaults) {
  const Options options = loaded({});
  EXPECT_EQ(options.websocket_port, 8080);
  EXPECT_EQ(options.environment, "development");
  EXPECT_TRUE(options.redis_url.empty());
  EXPECT_EQ(options.websocket_max_connections, 0U);
}

TEST_F(OptionLoaderTest, FlagsGoOverEnvironmentOverFile) {
  const std::string_view file =
      "websocket_port = 1\nlog_level = 'error'\nservice_name = 'from-file'\n";
  const Options options = loaded({{"WEBSOCKET_PORT", "2"}, {"SERVICE_NAME", "from-env"}},
                                 {{"WEBSOCKET_PORT", "3"}}, file);
  EXPECT_EQ(options.websocket_port, 3);
  EXPECT_EQ(options.service_name, "from-env");
  EXPECT_EQ(options.log_level, "ERROR");
}

TEST_F(OptionLoaderTest, AnEmptyVariableIsUnset) {
  const Options options = loaded({{"WEBSOCKET_PORT", ""}, {"LOG_LEVEL", ""}, {"KAFKA_TOPICS", ""}},
                                 {}, "websocket_port = 7\nredis_url = ''\n");
  EXPECT_EQ(options.websocket_port, 7);
  EXPECT_EQ(options.log_level, "INFO");
  EXPECT_EQ(options.kafka_topics.size(), 2U);
  // The only variable for which an empty value is valid.
  EXPECT_EQ(loaded({{"KAFKA_DEAD_LETTER_TOPIC", ""}}).kafka_dead_letter_topic, "");
}

TEST_F(OptionLoaderTest, ReadsEachKind) {
  const Options options = loaded({{"WEBSOCKET_PORT", "0"},
                                  {"ENABLE_METRICS", "No"},
                                  {"ENABLE_TRACING", "1"},
                                  {"KAFKA_TOPICS", "a, b"},
                                  {"CORS_ORIGINS", R"(["http://a", "https://b:1"])"},
                                  {"TRUSTED_PROXIES", "10.0.0.0/8,::1"},
                                  {"LOG_LEVEL", "debug"},
                                  {"JWT_SECRET_KEY", " s=e,c "}});
  EXPECT_EQ(options.websocket_port, 0);
  EXPECT_FALSE(options.enable_metrics);
  EXPECT_TRUE(options.enable_tracing);
  EXPECT_THAT(options.kafka_topics, ElementsAre("a", "b"));
  EXPECT_THAT(options.cors_origins, ElementsAre("http://a", "https://b:1"));
  EXPECT_THAT(options.trusted_proxies, ElementsAre("10.0.0.0/8", "::1"));
  EXPECT_EQ(options.log_level, "DEBUG");
  EXPECT_EQ(options.jwt_secret_key, " s=e,c ");
}

TEST_F(OptionLoaderTest, ReadsEachKindFromAFile) {
  const Options options = loaded({}, {},
                                 "websocket_service_port = 9\nenable_metrics = false\n"
                                 "kafka_topics = ['a', 'b']\ncors_origins = 'http://a,http://b'\n"
                                 "kafka_config = 'security.protocol=SSL'\njwt_secret_key = 's'\n");
  EXPECT_EQ(options.websocket_port, 9);
  EXPECT_FALSE(options.enable_metrics);
  EXPECT_THAT(options.kafka_topics, ElementsAre("a", "b"));
  EXPECT_THAT(options.cors_origins, ElementsAre("http://a", "http://b"));
  EXPECT_THAT(options.kafka_config, ElementsAre(Pair("security.protocol", "SSL")));
  EXPECT_EQ(options.jwt_secret_key, "s");
}

TEST_F(OptionLoaderTest, TheErrorNamesTheGivenAndTheAcceptedValues) {
  EXPECT_EQ(refusal({{"WEBSOCKET_PORT", "http"}}),
            "WEBSOCKET_PORT is \"http\", but must be a port from 0 to 65535, where 0 means any "
            "free port");
  EXPECT_EQ(refusal({{"WEBSOCKET_SERVICE_PORT", "-1"}}),
            "WEBSOCKET_SERVICE_PORT is \"-1\", but must be a port from 0 to 65535, where 0 means "
            "any free port");
  EXPECT_THAT(refusal({}, {{"WEBSOCKET_PORT", "65536"}}),
              HasSubstr("--websocket-port is \"65536\""));
  EXPECT_THAT(refusal({}, {}, "websocket_port = 65536"), HasSubstr("websocket_port in /"));
  EXPECT_THAT(refusal({{"KAFKA_TOPICS", "a,b c"}}), HasSubstr("KAFKA_TOPICS is \"b c\""));
  EXPECT_THAT(refusal({{"KAFKA_TOPICS", "a,,b"}}), HasSubstr("KAFKA_TOPICS is \"\""));
  EXPECT_THAT(refusal({{"KAFKA_TOPICS", "a,a"}}), HasSubstr("contains \"a\" twice"));
  EXPECT_THAT(refusal({{"CORS_ORIGINS", "[\"http://a\""}}), HasSubstr("CORS_ORIGINS is \"["));
  EXPECT_THAT(refusal({{"CORS_ORIGINS", "[1]"}}), HasSubstr("CORS_ORIGINS is \"[1]\""));
}

TEST_F(OptionLoaderTest, AMisspeltProductionIsRefused) {
  for (const char* word : {"Production", "PRODUCTION", "prod", "Prod", "PROD", "production ",
                           " production", "production\r", "'production'", "\"production\""}) {
    EXPECT_THAT(refusal({{"ENVIRONMENT", word}}),
                AllOf(StartsWith("ENVIRONMENT is "), HasSubstr("must be `production`")))
        << word;
    EXPECT_THAT(refusal({}, {{"ENVIRONMENT", word}}), HasSubstr("must be `production`")) << word;
  }
  for (const char* word : {"production", "staging", "product", "preprod", "prod-eu"}) {
    EXPECT_EQ(loaded({{"ENVIRONMENT", word}}).environment, word);
  }
}

TEST_F(OptionLoaderTest, AnErrorNamesTheCharactersAroundTheValue) {
  EXPECT_THAT(refusal({{"WEBSOCKET_PORT", "8080\r"}}), HasSubstr("ends with a carriage return"));
  EXPECT_THAT(refusal({{"KAFKA_TOPICS", "'a'"}}), HasSubstr("the given value is in quotes"));
  EXPECT_THAT(refusal({{"LOG_LEVEL", "\"INFO\""}}), HasSubstr("the given value is in quotes"));
  EXPECT_THAT(refusal({}, {}, "kafka_consumer_group = \"a\\r\""), HasSubstr("carriage return"));
}

TEST_F(OptionLoaderTest, OutsideTextIsEscapedAndCut) {
  EXPECT_THAT(refusal({{"LOG_LEVEL", "a\x1b[31m\n"}}), HasSubstr(R"(\u001b[31m\n)"));
  const std::string longest(10'000, 'x');
  EXPECT_LT(refusal({{"LOG_FORMAT", longest}}).size(), 200U);
}

TEST_F(OptionLoaderTest, SecretsAreNeverShown) {
  EXPECT_EQ(
      refusal({{"ADMIN_TOKEN", "hidden\n"}}),
      "ADMIN_TOKEN must be at least 16 characters of printable ASCII without spaces; the given "
      "value begins or ends with a blank");
  EXPECT_EQ(refusal({{"CONSOLE_TOKEN", "hidden-15-bytes"}}),
            "CONSOLE_TOKEN must be at least 16 characters of printable ASCII without spaces");
  EXPECT_THAT(refusal({{"OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://u:hidden@h"}}),
              Not(HasSubstr("hidden")));
  EXPECT_THAT(refusal({}, {}, "jwt_secret_key = 'hidden"), Not(HasSubstr("hidden")));
  EXPECT_THAT(refusal({}, {}, "jwt_secret_key = ['hidden']"), Not(HasSubstr("hidden")));
}

TEST_F(OptionLoaderTest, AnOldNameIsAcceptedWithAWarning) {
  const std::string token = "0123456789abcdef";
  const Options by_old_name = loaded({{"CONSOLE_TOKEN", token}});
  EXPECT_EQ(by_old_name.admin_token, token);
  ASSERT_EQ(by_old_name.warnings.size(), 1U);
  EXPECT_EQ(by_old_name.warnings[0],
            "CONSOLE_TOKEN is the old name of ADMIN_TOKEN and will be removed; use the new name");
  EXPECT_EQ(loaded({}, {}, "console_token = '0123456789abcdef'").warnings.size(), 1U);
  EXPECT_TRUE(loaded({{"ADMIN_TOKEN", token}}).warnings.empty());
  EXPECT_TRUE(loaded({{"ADMIN_TOKEN", token}, {"CONSOLE_TOKEN", token}}).warnings.empty());
  EXPECT_TRUE(loaded({{"WEBSOCKET_SERVICE_PORT", "1"}}).warnings.empty());
  EXPECT_THAT(refusal({{"ADMIN_TOKEN", token}, {"CONSOLE_TOKEN", "another-" + token}}),
              HasSubstr("ADMIN_TOKEN and CONSOLE_TOKEN are names of the same setting"));
}

// Zero is accepted only by the settings that give it a meaning.
TEST_F(OptionLoaderTest, ZeroIsRefusedWhereItMeansNothing) {
  const std::map<std::string_view, bool> meaningful = {{"WEBSOCKET_PORT", true},
                                                       {"ADMIN_PORT", true},
                                                       {"REDIS_REPLICAS_MIN", true},
                                                       {"WEBSOCKET_PING_INTERVAL", true},
                                                       {"WEBSOCKET_DELIVERY_PING_MS", true},
                                                       {"NOTIFICATION_TTL_SECONDS", true},
                                                       {"RECORD_MAX_AGE_SECONDS", true},
                                                       {"DRAIN_SECONDS", true},
                                                       {"JWT_LEEWAY_SECONDS", true}};
  for (const OptionRow& row : option_table()) {
    if (!std::holds_alternative<uint32_t Options::*>(row.field) &&
        !std::holds_alternative<uint16_t Options::*>(row.field)) {
      continue;
    }
    EXPECT_EQ(refusal({{std::string(row.name), "0"}}).empty(), meaningful.contains(row.name))
        << row.name;
    for (const char* bad :
         {" 1", "1 ", "+1", "1.0", "1e3", "0x10", "1_000", "99999999999", "ten", "१"}) {
      EXPECT_THAT(refusal({{std::string(row.name), bad}}),
                  HasSubstr(std::string(row.name) + " is"));
    }
  }
}

TEST_F(OptionLoaderTest, TheAliasIsTheSameSetting) {
  EXPECT_EQ(loaded({{"WEBSOCKET_SERVICE_PORT", "9"}}).websocket_port, 9);
  EXPECT_EQ(loaded({{"WEBSOCKET_SERVICE_PORT", "9"}, {"WEBSOCKET_PORT", "9"}}).websocket_port, 9);
  EXPECT_EQ(loaded({{"WEBSOCKET_SERVICE_PORT", "9"}, {"WEBSOCKET_PORT", ""}}).websocket_port, 9);
  EXPECT_EQ(loaded({{"WEBSOCKET_SERVICE_PORT", "9"}}, {{"WEBSOCKET_PORT", "8"}}).websocket_port, 8);
  EXPECT_THAT(refusal({{"WEBSOCKET_SERVICE_PORT", "9"}, {"WEBSOCKET_PORT", "8"}}),
              HasSubstr("WEBSOCKET_PORT and WEBSOCKET_SERVICE_PORT"));
}

TEST_F(OptionLoaderTest, TheFileIsStrict) {
  EXPECT_THAT(refusal({}, {}, "websocket_prot = 1"), HasSubstr("websocket_prot in "));
  EXPECT_THAT(refusal({}, {}, "WEBSOCKET_PORT = 1"), HasSubstr("is not a setting"));
  EXPECT_THAT(refusal({}, {}, "websocket-port = 1"), HasSubstr("is not a setting"));
  EXPECT_THAT(refusal({}, {}, "[websocket]\nport = 1"), HasSubstr("websocket in "));
  EXPECT_THAT(refusal({}, {}, "websocket_port = 1.5"), HasSubstr("must be a port"));
  EXPECT_THAT(refusal({}, {}, "websocket_port = [1]"), HasSubstr("must be a port"));
  EXPECT_THAT(refusal({}, {}, "websocket_port = ['1']"), HasSubstr("must be a port"));
  EXPECT_THAT(refusal({}, {}, "kafka_topics = [1]"), HasSubstr("must be a comma-separated list"));
  EXPECT_THAT(refusal({}, {}, "a = 1\nb =\n"), HasSubstr("not valid TOML at line 2"));
  OptionSources sources;
  sources.environment.value = [](const std::string&) { return std::nullopt; };
  sources.config_file = (dir_.path() / "absent.toml").string();
  EXPECT_THAT(load_options(sources).error().message,
              HasSubstr("absent.toml, which cannot be read"));
}

TEST_F(OptionLoaderTest, APasswordIsRefusedAsAFlag) {
  EXPECT_THAT(refusal({}, {{"REDIS_URL", "redis://:hidden@h"}}),
              HasSubstr("--redis-url contains a password"));
  EXPECT_THAT(refusal({}, {{"KAFKA_CONFIG", "sasl.password=hidden"}}),
              HasSubstr("--kafka-config contains a password"));
  EXPECT_THAT(refusal({}, {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://u:hidden@h"}}),
              HasSubstr("--otel"));
  EXPECT_THAT(refusal({}, {{"REDIS_URL", "redis://:hidden@h"}}), Not(HasSubstr("hidden")));
  EXPECT_EQ(loaded({{"REDIS_URL", "redis://:shown@h"}}).redis_url, "redis://:shown@h");
  EXPECT_EQ(loaded({}, {{"REDIS_URL", "redis://h"}}).redis_url, "redis://h");
}

TEST_F(OptionLoaderTest, TheCredentialOfSystemdIsUsedIfNothingElseNamesAPassword) {
  const std::string path = dir_.write("redis_password", "secret");
  const std::string directory = dir_.path().string();
  const auto file = [&](const std::string& url, const Texts& more = {}) {
    Texts environment = more;
    environment["CREDENTIALS_DIRECTORY"] = directory;
    environment["REDIS_URL"] = url;
    return loaded(environment).redis_password_file;
  };
  EXPECT_EQ(file("redis://h"), path);
  EXPECT_EQ(file("redis://ann@h"), path);
  EXPECT_EQ(file("redis://:other@h"), "");
  EXPECT_EQ(file("redis://h", {{"REDIS_PASSWORD", "other"}}), "");
  EXPECT_EQ(file("redis://h", {{"REDIS_PASSWORD_FILE", "/other"}}), "/other");
  EXPECT_EQ(file(""), "");
  EXPECT_EQ(loaded({{"REDIS_URL", "redis://h"}}).redis_password_file, "");
  EXPECT_EQ(loaded({{"REDIS_URL", "redis://h"}, {"CREDENTIALS_DIRECTORY", "/nonexistent"}})
                .redis_password_file,
            "");
}

TEST_F(OptionLoaderTest, ReadsKafkaProperties) {
  const std::string path =
      dir_.write("kafka", "# comment\n\n sasl.password = a=b,c \r\nsecurity.protocol=SASL_SSL\n");
  const Options options = loaded(
      {{"KAFKA_CONFIG", R"(ssl.ca.location=/a\,b, linger.ms=5)"}, {"KAFKA_CONFIG_FILE", path}});
  EXPECT_THAT(options.kafka_config,
              ElementsAre(Pair("ssl.ca.location", "/a,b"), Pair("linger.ms", "5"),
                          Pair("sasl.password", "a=b,c"), Pair("security.protocol", "SASL_SSL")));
  EXPECT_THAT(refusal({{"KAFKA_CONFIG", "group.id=x"}}), HasSubstr("group.id"));
  EXPECT_THAT(refusal({{"KAFKA_CONFIG", "hidden"}}), Not(HasSubstr("hidden")));
  EXPECT_THAT(refusal({{"KAFKA_CONFIG", "=hidden"}}),
              HasSubstr("KAFKA_CONFIG must contain key=value"));
  EXPECT_THAT(refusal({{"KAFKA_CONFIG", "linger.ms=1,linger.ms=2"}}),
              HasSubstr("linger.ms, which is already set"));
  for (const char* rest : {"etPART=1", "etPART", "=etPART", "linger.ms=etPART", "x\\,y,etPART=1"}) {
    const std::string text = std::string("sasl.username=a,sasl.password=s3cr,") + rest;
    EXPECT_THAT(refusal({{"KAFKA_CONFIG", text}}),
                AllOf(StartsWith("KAFKA_CONFIG is refused: a part after sasl.password is not "),
                      HasSubstr("a comma in a value is written \\,"), Not(HasSubstr("etPART")),
                      Not(HasSubstr("s3cr"))));
    EXPECT_THAT(refusal({}, {{"KAFKA_CONFIG", text}}), Not(HasSubstr("etPART")));
  }
  EXPECT_THAT(refusal({{"KAFKA_CONFIG", "sasl.password=s3cr,group.id=x"}}), HasSubstr("group.id"));
  for (const char* text : {"sasl.kerberos.kinit.cmd=id", "sasl.password=s3cr,ssl.providers=x"}) {
    EXPECT_THAT(refusal({{"KAFKA_CONFIG", text}}), HasSubstr("makes librdkafka "));
    EXPECT_THAT(refusal({}, {}, std::string("kafka_config = '") + text + "'"),
                HasSubstr("makes librdkafka "));
  }
  EXPECT_THAT(refusal({}, {{"KAFKA_CONFIG", "ssl.engine.location=x"}}), HasSubstr("load code"));
  EXPECT_THAT(refusal({{"KAFKA_CONFIG_FILE", dir_.write("bad", "plugin.library.paths=x")}}),
              HasSubstr("plugin.library.paths makes librdkafka load code"));
  EXPECT_EQ(loaded({{"KAFKA_CONFIG_FILE", dir_.write("bom", "\xef\xbb\xbflinger.ms=5\r\n")}})
                .kafka_config.size(),
            1U);
  EXPECT_EQ(
      refusal({{"KAFKA_CONFIG", "no.such=1"}}),
      "KAFKA_CONFIG is refused: Kafka property no.such: librdkafka does not know this property");
  EXPECT_THAT(refusal({{"KAFKA_CONFIG", "linger.ms=-5"}}),
              AllOf(StartsWith("KAFKA_CONFIG is refused: Kafka property linger.ms: "),
                    Not(HasSubstr("\n"))));
  EXPECT_THAT(refusal({{"KAFKA_CONFIG_FILE", path + "-absent"}}),
              HasSubstr("KAFKA_CONFIG_FILE names"));
}

}  // namespace
}  // namespace hermod
