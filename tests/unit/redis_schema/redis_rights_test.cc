#include "redis_schema/redis_rights.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>

#include "redis_fleet/fleet_scripts.h"
#include "redis_schema/redis_channels.h"
#include "redis_schema/redis_scripts.h"

namespace hermod {
namespace {

RedisRight right() {
  return {{"XADD", "hermod:{u}:stream"}, "+xadd", "~hermod:*"};
}

TEST(RedisRightsTest, NamesTheRuleThatIsMissing) {
  EXPECT_EQ(missing_rule(right(), "NOPERM this user has no permissions to run the 'xadd' command"),
            "+xadd");
  EXPECT_EQ(missing_rule(right(), "NOPERM User ann has no permissions to run the 'xadd' command"),
            "+xadd");
  EXPECT_EQ(missing_rule(right(),
                         "NOPERM this user has no permissions to access one of the keys used as "
                         "arguments"),
            "~hermod:*");
  EXPECT_EQ(missing_rule(right(), "NOPERM No permissions to access a key"), "~hermod:*");
  EXPECT_EQ(missing_rule(right(), "OOM command not allowed"), "");
}

TEST(RedisRightsTest, CarriesThePrefixAndTheChannelsThatAreSet) {
  const RedisChannels channels = make_channels({"staging", 2, "s:{user}:x", {"s:{user}:x"}});
  std::set<std::string> rules;
  for (const RedisRight& one : command_rights(channels, "u")) rules.insert(one.names);
  for (const RedisRight& one : subscribe_rights(channels, "u")) rules.insert(one.names);
  EXPECT_EQ(rules, (std::set<std::string>{"", "~staging:*", "&staging:2:*", "&s:*:x"}));
}

TEST(RedisRightsTest, FollowThePublishingMode) {
  const auto commands = [](PublishMode mode, std::vector<std::string> listen) {
    std::set<std::string> found;
    const RedisChannels channels = make_channels({"hermod", 0, "to:{user}", listen, mode});
    for (const auto& rights : {command_rights(channels, "u"), subscribe_rights(channels, "u")}) {
      for (const RedisRight& one : rights) {
        if (one.words.front().ends_with("PUBLISH") || one.words.front().ends_with("SUBSCRIBE")) {
          found.insert(one.words.front() + ' ' + one.words[1].substr(0, 10) + ' ' + one.command);
        }
      }
    }
    return found;
  };
  using Found = std::set<std::string>;
  EXPECT_EQ(
      commands(PublishMode::kClassic, {"to:{user}"}),
      (Found{"PUBLISH hermod:{u} +publish", "PUBLISH hermod:can +publish", "PUBLISH to:u +publish",
             "SUBSCRIBE hermod:{u} +subscribe", "SUBSCRIBE hermod:can +subscribe",
             "SUBSCRIBE to:u +subscribe", "UNSUBSCRIBE hermod:{u} +unsubscribe"}));
  EXPECT_EQ(commands(PublishMode::kText, {}),
            (Found{"PUBLISH hermod:{u} +publish", "PUBLISH hermod:can +publish",
                   "SUBSCRIBE hermod:{u} +subscribe", "SUBSCRIBE hermod:can +subscribe",
                   "UNSUBSCRIBE hermod:{u} +unsubscribe"}));
  EXPECT_EQ(commands(PublishMode::kSharded, {}),
            (Found{"SPUBLISH hermod:{u} +spublish", "SPUBLISH hermod:can +spublish",
                   "SSUBSCRIBE hermod:{u} +ssubscribe", "SSUBSCRIBE hermod:can +ssubscribe",
                   "SUNSUBSCRIBE hermod:{u} +sunsubscribe"}));
  EXPECT_TRUE(commands(PublishMode::kSharded, {"to:{user}"}).contains("SUBSCRIBE to:u +subscribe"));
}

// Redis checks the commands of a script with the rights of the caller, so the check must try each
// of them.
TEST(RedisRightsTest, EveryCommandOfTheScriptsIsTried) {
  std::set<std::string> tried;
  const RedisChannels channels = make_channels({"hermod", 0, "to:{user}", {"to:{user}"}});
  for (const RedisRight& one : command_rights(channels, "u")) tried.insert(one.words.front());
  const std::regex call("call\\('([A-Z]+)'");
  for (const std::string text :
       {kAppendScript, kPublishScript, kReplayScript, kAckScript, kLeaseScript, kRevokeScript}) {
    for (std::sregex_iterator at(text.begin(), text.end(), call), end; at != end; ++at) {
      EXPECT_TRUE(tried.contains((*at)[1])) << (*at)[1];
    }
  }
}

TEST(RedisRightsTest, EveryCommandOfTheScriptsOfTheFleetIsTried) {
  std::set<std::string> tried;
  const RedisChannels channels = make_channels({"hermod", 0, "to:{user}", {"to:{user}"}});
  for (const auto& rights : {command_rights(channels, "u"), fleet_rights(channels, "u")}) {
    for (const RedisRight& one : rights) tried.insert(one.words.front());
  }
  const std::regex call("call\\('([A-Z]+)'");
  for (const std::string text :
       {kFleetReportScript, kFleetLeaveScript, kFleetRevokeScript, kFleetSendScript}) {
    for (std::sregex_iterator at(text.begin(), text.end(), call), end; at != end; ++at) {
      EXPECT_TRUE(tried.contains((*at)[1])) << (*at)[1];
    }
  }
}

}  // namespace
}  // namespace hermod
