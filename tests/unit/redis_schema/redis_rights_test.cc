#include "redis_schema/redis_rights.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>

#include "redis_bus/redis_bus_options.h"
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
  RedisBusOptions options;
  options.prefix = "staging";
  options.url.database = 2;
  options.publish_channel = "s:{user}:x";
  options.listen_channels = {"s:{user}:x"};
  std::set<std::string> rules;
  for (const RedisRight& one : command_rights(make_channels(options), "u")) rules.insert(one.names);
  for (const RedisRight& one : subscribe_rights(make_channels(options), "u")) {
    rules.insert(one.names);
  }
  EXPECT_EQ(rules, (std::set<std::string>{"", "~staging:*", "&staging:2:*", "&s:*:x"}));
}

// Redis checks the commands of a script with the rights of the caller, so the check must try each
// of them.
TEST(RedisRightsTest, EveryCommandOfTheScriptsIsTried) {
  std::set<std::string> tried;
  for (const RedisRight& one : command_rights(make_channels(RedisBusOptions()), "u")) {
    tried.insert(one.words.front());
  }
  const std::regex call("redis\\.p?call\\('([A-Z]+)'");
  for (const std::string text : {kPublishScript, kReplayScript, kAckScript}) {
    for (std::sregex_iterator at(text.begin(), text.end(), call), end; at != end; ++at) {
      EXPECT_TRUE(tried.contains((*at)[1])) << (*at)[1];
    }
  }
}

}  // namespace
}  // namespace hermod
