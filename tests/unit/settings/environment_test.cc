#include "settings/environment.h"

#include <gmock/gmock.h>

#include "unit/settings/option_fixture.h"

namespace hermod {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using EnvironmentTest = test::OptionTest;

TEST_F(EnvironmentTest, AServiceLinkIsSkippedWithOneLine) {
  for (const char* link : {"tcp://10.0.0.9:80", "udp://10.0.0.9:80", "tcp://[fd00::9]:8080"}) {
    for (const char* name : {"WEBSOCKET_SERVICE_PORT", "WEBSOCKET_PORT"}) {
      for (const char* environment : {"development", "production"}) {
        const Options options = loaded({{name, link}, {"ENVIRONMENT", environment}});
        EXPECT_EQ(options.websocket_port, 8080);
        EXPECT_THAT(options.warnings,
                    ElementsAre(std::string(name) +
                                " describes a Kubernetes service and is not used as a setting"));
      }
    }
  }
  // The setting is also set under its other name or in the file.
  const Options options =
      loaded({{"WEBSOCKET_SERVICE_PORT", "tcp://10.0.0.9:80"}, {"WEBSOCKET_PORT", "9000"}});
  EXPECT_EQ(options.websocket_port, 9000);
  EXPECT_THAT(options.warnings, SizeIs(1));
  EXPECT_EQ(
      loaded({{"WEBSOCKET_PORT", "tcp://10.0.0.9:80"}}, {}, "websocket_port = 9").websocket_port,
      9);
}

TEST_F(EnvironmentTest, OnlyAServiceLinkOfTheEnvironmentIsSkipped) {
  for (const char* text : {"tcp://", "tcp://10.0.0.9", "tcp://:80", "http://10.0.0.9:80",
                           "10.0.0.9:80", "tcp://10.0.0.9:80/x"}) {
    EXPECT_THAT(refusal({{"WEBSOCKET_SERVICE_PORT", text}}), HasSubstr("must be a port")) << text;
  }
  EXPECT_THAT(refusal({}, {{"WEBSOCKET_PORT", "tcp://10.0.0.9:80"}}), HasSubstr("must be a port"));
  EXPECT_THAT(refusal({}, {}, "websocket_port = 'tcp://10.0.0.9:80'"), HasSubstr("must be a port"));
}

// A Kubernetes service with the name "websocket": its port variable has the name of a setting.
TEST_F(EnvironmentTest, ANumberThatMayBeAServicesIsUsedWithAWarning) {
  const Texts service = {{"WEBSOCKET_PORT", "tcp://10.0.0.9:81"},
                         {"WEBSOCKET_SERVICE_HOST", "10.0.0.9"},
                         {"WEBSOCKET_SERVICE_PORT", "81"}};
  const Options options = loaded(service);
  EXPECT_EQ(options.websocket_port, 81);
  ASSERT_THAT(options.warnings, SizeIs(2));
  EXPECT_THAT(options.warnings[1], HasSubstr("enableServiceLinks"));
  Texts own = service;
  own["WEBSOCKET_SERVICE_PORT"] = "9000";
  EXPECT_THAT(loaded(own).warnings, SizeIs(1));
}

TEST_F(EnvironmentTest, AMisspeltVariableIsNamedWithTheSettingThatIsNear) {
  const Options options = loaded({{"CORS_ORIGIN", "http://a"},
                                  {"KAFKA_TOPIC", "a"},
                                  {"redis_url", "redis://h"},
                                  {"WEBSOCKET_MAX_CONECTION", "1"}});
  EXPECT_THAT(options.warnings,
              ElementsAre("the variable CORS_ORIGIN is not a setting and has no effect; did "
                          "you mean CORS_ORIGINS?",
                          HasSubstr("did you mean KAFKA_TOPICS?"),
                          HasSubstr("did you mean WEBSOCKET_MAX_CONNECTIONS?"),
                          HasSubstr("did you mean REDIS_URL?")));
}

TEST_F(EnvironmentTest, OtherVariablesAreIgnored) {
  EXPECT_THAT(loaded({{"PATH", "/bin"},
                      {"HOME", "/"},
                      {"LOGNAME", "ann"},
                      {"SERVICE_HOME", "/srv"},
                      {"WEBSOCKET_SERVICE_SERVICE_HOST", "10.0.0.9"},
                      {"WEBSOCKET_SERVICE_HOST", "10.0.0.9"},
                      {"WEBSOCKET_SERVICE_PORT_80_TCP", "tcp://10.0.0.9:80"},
                      {"OTEL_TRACES_EXPORTER", "otlp"},
                      {"KAFKA_HEAP_OPTS", "-Xmx1g"}})
                  .warnings,
              IsEmpty());
}

}  // namespace
}  // namespace hermod
