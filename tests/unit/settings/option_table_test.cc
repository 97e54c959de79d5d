#include "settings/option_table.h"
#include "settings/option_names.h"

#include <gmock/gmock.h>

#include <set>

#include "settings/option_reference.h"
#include "settings/option_value.h"

namespace hermod {
namespace {

using ::testing::HasSubstr;

TEST(OptionTableTest, NamesEachSettingOnceAndDescribesIt) {
  std::set<std::string_view> names;
  for (const OptionRow& row : option_table()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.accepted.empty()) << row.name;
    EXPECT_TRUE(row.description.ends_with('.')) << row.name;
    EXPECT_EQ(find_option(row.name), &row);
    EXPECT_THAT(option_reference(), HasSubstr("| " + std::string(row.name) + " "));
  }
  EXPECT_GE(names.size(), 50U);
  EXPECT_EQ(find_option("WEBSOCKET_SERVICE_PORT"), find_option("WEBSOCKET_PORT"));
  EXPECT_EQ(find_option("websocket_port"), nullptr);
  EXPECT_EQ(find_option(""), nullptr);
}

TEST(OptionTableTest, SpellsFlagsAndFileKeys) {
  EXPECT_EQ(flag_of("WEBSOCKET_MAX_CONNECTIONS_PER_USER"), "--websocket-max-connections-per-user");
  EXPECT_EQ(file_key_of("JWT_JWKS_FILE"), "jwt_jwks_file");
}

TEST(OptionTableTest, DocumentsDefaultsAndHidesFlagsOfSecrets) {
  EXPECT_EQ(default_of(*find_option("WEBSOCKET_PORT")), "8080");
  EXPECT_EQ(default_of(*find_option("ENABLE_METRICS")), "true");
  EXPECT_EQ(default_of(*find_option("REDIS_LISTEN_CHANNELS")),
            "teacher:{user}:notifications,ws:{user}");
  EXPECT_EQ(default_of(*find_option("KAFKA_CONFIG")), "none");
  EXPECT_THAT(option_help(), HasSubstr("--websocket-port\n"));
  EXPECT_THAT(option_help(), HasSubstr("JWT_SECRET_KEY (no flag)\n"));
  EXPECT_THAT(option_reference(), HasSubstr("| ADMIN_TOKEN (alias CONSOLE_TOKEN) | none |"));
}

TEST(OptionTableTest, DocumentsTheSettingsThatAReloadApplies) {
  EXPECT_THAT(option_reference(),
              HasSubstr("| LOG_LEVEL | `--log-level` | INFO | yes | The lowest"));
  EXPECT_THAT(option_reference(), HasSubstr("| `--drain-seconds` | 8 | yes |"));
  EXPECT_THAT(option_reference(), HasSubstr("| `--redis-prefix` | hermod | no |"));
  EXPECT_THAT(option_help(), HasSubstr("that is logged. A reload applies a change.\n"));
}

}  // namespace
}  // namespace hermod
