#include "kafka/kafka_config.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "kafka/kafka_owned.h"

namespace hermod {
namespace {

std::string value_in(rd_kafka_conf_s* conf, const char* name) {
  char text[256] = "";
  size_t size = sizeof text;
  EXPECT_EQ(rd_kafka_conf_get(conf, name, text, &size), RD_KAFKA_CONF_OK) << name;
  return text;
}

TEST(KafkaConfig, RefusesByNameWhatHermodOwns) {
  for (const std::string_view name : owned_kafka_properties()) {
    const auto checked = check_kafka_property(std::string(name), "1");
    ASSERT_FALSE(checked) << name;
    EXPECT_EQ(checked.error().code, ErrorCode::kConfiguration);
    EXPECT_NE(checked.error().message.find(name), std::string::npos);
  }
  for (const char* name : {"bootstrap.servers", "group.id", "enable.auto.commit", "client.id",
                           "auto.offset.reset", "plugin.library.paths"}) {
    EXPECT_FALSE(check_kafka_property(name, "1")) << name;
  }
  for (const auto& [name, value] : KafkaProperties{{"security.protocol", "SSL"},
                                                   {"sasl.password", "x"},
                                                   {"fetch.wait.max.ms", "5"},
                                                   {"session.timeout.ms", "6000"},
                                                   {"compression.codec", "lz4"}}) {
    EXPECT_TRUE(check_kafka_property(name, value)) << name;
  }
  EXPECT_FALSE(check_kafka_property("no.such", "1"));
  EXPECT_FALSE(check_kafka_property("fetch.wait.max.ms", "x"));
}

TEST(KafkaConfig, RefusesByNameWhatRunsCommandsOrLoadsCode) {
  for (const char* name :
       {"sasl.kerberos.kinit.cmd", "plugin.library.paths", "ssl.engine.location", "ssl.engine.id",
        "ssl.providers", "internal.termination.signal", "throttle_cb", "ssl.certificate.verify_cb",
        "ssl_engine_callback_data", "ssl_ca", "interceptors", "opaque", "open_cb"}) {
    const auto checked = check_kafka_property(name, "touch /tmp/never");
    ASSERT_FALSE(checked) << name;
    EXPECT_NE(checked.error().message.find(std::string("Kafka property ") + name + ' '),
              std::string::npos);
    EXPECT_EQ(checked.error().message.find("never"), std::string::npos);
    EXPECT_TRUE(is_refused_kafka_property(name)) << name;
    EXPECT_FALSE(kafka::make_conf({}, {{name, "x"}}, {})) << name;
  }
}

// librdkafka quotes these values in its kinit command, but a shell still runs $(...) inside the
// quotes.
TEST(KafkaConfig, AValueCannotAddToTheCommandOfKinit) {
  for (const char* name :
       {"sasl.kerberos.keytab", "sasl.kerberos.principal", "sasl.kerberos.service.name"}) {
    for (const char* value : {"$(id)", "`id`", "a\";id", "a;id", "a b", "%{ssl.key}", "a|b", "a&b",
                              "a\nb", "a>b", "a'b", "a\\b"}) {
      EXPECT_FALSE(check_kafka_property(name, value)) << name << ' ' << value;
    }
    EXPECT_TRUE(check_kafka_property(name, "hermod/host-1.example@EXAMPLE.ORG")) << name;
  }
  EXPECT_TRUE(check_kafka_property("sasl.kerberos.keytab", "/etc/hermod/hermod_1.keytab"));
}

// Every property of the installed librdkafka whose value is a pointer.
TEST(KafkaConfig, NoPointerOfAProgramCanBeSet) {
  char* text = nullptr;
  size_t size = 0;
  FILE* listing = open_memstream(&text, &size);
  rd_kafka_conf_properties_show(listing);
  fclose(listing);
  std::istringstream lines(text);
  std::free(text);
  size_t seen = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("see dedicated API") == std::string::npos) continue;
    const std::string name = line.substr(0, line.find(' '));
    EXPECT_TRUE(is_refused_kafka_property(name)) << name;
    ++seen;
  }
  EXPECT_GT(seen, 15U);
}

TEST(KafkaConfig, WhatIsOwnedOverridesWhatIsExtraOverridesWhatIsSuggested) {
  const auto made = kafka::make_conf({{"fetch.wait.max.ms", "100"}, {"fetch.min.bytes", "1"}},
                                     {{"fetch.wait.max.ms", "7"}}, {{"client.id", "me"}});
  ASSERT_TRUE(made);
  const kafka::Conf conf(made.value());
  EXPECT_EQ(value_in(conf.get(), "fetch.wait.max.ms"), "7");
  EXPECT_EQ(value_in(conf.get(), "fetch.min.bytes"), "1");
  EXPECT_EQ(value_in(conf.get(), "client.id"), "me");
}

TEST(KafkaConfig, AnOwnedOneAmongTheExtraIsAnError) {
  const auto made = kafka::make_conf({}, {{"group.id", "mine"}}, {});
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("group.id"), std::string::npos);
}

TEST(KafkaConfig, ErrorsNameThePropertyAndNoSecret) {
  const auto unknown = kafka::make_conf({}, {{"no.such.thing", "1"}}, {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kConfiguration);
  EXPECT_NE(unknown.error().message.find("no.such.thing"), std::string::npos);

  const auto bad = kafka::make_conf({}, {{"fetch.min.bytes", "many"}}, {});
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find("fetch.min.bytes"), std::string::npos);

  const auto secret = kafka::make_conf({}, {{"ssl.key.pem", "hunter2-not-a-key"}}, {});
  if (!secret) {
    EXPECT_EQ(secret.error().message.find("hunter2"), std::string::npos);
  } else {
    rd_kafka_conf_destroy(secret.value());
  }
  const auto hidden = kafka::make_conf({}, {{"sasl.oauthbearer.method", "hunter2"}}, {});
  ASSERT_FALSE(hidden);
  EXPECT_EQ(hidden.error().message.find("hunter2"), std::string::npos);
  EXPECT_NE(hidden.error().message.find("sasl.oauthbearer.method"), std::string::npos);
}

}  // namespace
}  // namespace hermod
