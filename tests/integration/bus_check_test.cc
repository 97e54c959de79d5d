// The findings of `hermod check` on a real Redis, and that an accepted configuration works.

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "integration/bus_redis_fixture.h"
#include "redis/redis_conversation.h"
#include "redis/reply.h"
#include "redis_check/redis_check.h"
#include "unit/settings/source_root.h"

namespace hermod {
namespace {

using test::RedisServer;
using test::RedisServerOptions;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

RedisBusOptions options_for(const std::string& url) {
  RedisBusOptions options;
  options.url = RedisUrl::parse(url).take();
  options.connect_timeout_ms = 2000;
  return options;
}

RedisCheck check(const std::string& url) {
  return check_redis(options_for(url), false);
}

std::string lines(const RedisCheck& check) {
  std::string text;
  for (const RedisFinding& finding : check.findings) text += finding.text + '\n';
  return text;
}

std::string address(const RedisServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

// The URL of a Redis user "hermod" with these ACL rules.
std::string url_with(RedisServer& server, const std::string& rules) {
  std::vector<std::string> words = {"ACL", "SETUSER", "hermod", "reset", "on", ">secret"};
  std::istringstream text(rules);
  words.insert(words.end(), std::istream_iterator<std::string>(text), {});
  EXPECT_EQ(server.command(words), "OK") << rules;
  return "redis://hermod:secret@" + address(server);
}

TEST(BusCheckTest, FindsNothingAtARedisThatServes) {
  RedisServer server;
  const RedisCheck found = check(server.url());
  EXPECT_TRUE(found.good());
  EXPECT_THAT(found.findings, IsEmpty()) << lines(found);
  EXPECT_THAT(found.description, ContainsRegex("^(Redis|Valkey) [0-9]"));
  EXPECT_EQ(server.command({"KEYS", "*check-*"}), "");
}

TEST(BusCheckTest, GoesThroughAUnixSocketAndWithAPrefix) {
  RedisServer server({.listen = RedisServerOptions::Listen::kUnix});
  RedisBusOptions options = options_for(server.url());
  options.prefix = "staging";
  options.publish_channel = "s:{user}";
  options.listen_channels = {"s:{user}"};
  const RedisCheck found = check_redis(options, true);
  EXPECT_TRUE(found.good()) << lines(found);
  EXPECT_EQ(server.command({"KEYS", "hermod*"}), "");
}

TEST(BusCheckTest, WarnsOfChannelsThatAreSharedAndOfEviction) {
  RedisServer server;
  server.command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  const RedisCheck found = check(server.url() + "/2");
  EXPECT_TRUE(found.good());
  EXPECT_THAT(lines(found),
              AllOf(HasSubstr("programs on this Redis server share"), HasSubstr("allkeys-lru")));
  EXPECT_FALSE(check_redis(options_for(server.url()), true).good());
}

TEST(BusCheckTest, NamesTheErrorAndTheAddress) {
  RedisServer server({.password = "open-sesame"});
  const std::string at = address(server);
  EXPECT_TRUE(check(server.url()).good());
  EXPECT_THAT(lines(check("redis://ann:open-barley@" + at)),
              AllOf(HasSubstr(at), HasSubstr("WRONGPASS"), Not(HasSubstr("barley"))));
  EXPECT_THAT(lines(check("redis://" + at)), AllOf(HasSubstr(at), HasSubstr("NOAUTH")));
  EXPECT_THAT(lines(check("redis://default:open-sesame@" + at + "/9999")),
              AllOf(HasSubstr(at), HasSubstr("9999")));
  server.kill();
  EXPECT_THAT(lines(check(server.url())), AllOf(HasSubstr(at), HasSubstr("connect to ")));
}

// Each case lacks one right of the set in docs/deploy.md; the service would fail at the first
// record or the first user.
TEST(BusCheckTest, NamesTheRightThatIsMissing) {
  RedisServer server;
  const std::string names = "~hermod:* &hermod:* &teacher:* &ws:* ";
  const std::string commands = "+@all -@dangerous -@admin +info +role ";
  const struct {
    std::string rules;
    std::string named;
  } cases[] = {
      {"&hermod:* &teacher:* &ws:* " + commands, "the ACL lacks ~hermod:*"},
      {"~hermod:{* &hermod:* &teacher:* &ws:* " + commands, "the ACL lacks ~hermod:*"},
      {"%R~hermod:* &hermod:* &teacher:* &ws:* " + commands, "the ACL lacks ~hermod:*"},
      {"~hermod:* &teacher:* &ws:* " + commands, "the ACL lacks &hermod:*"},
      {"~hermod:* &hermod:* &ws:* " + commands, "the ACL lacks &teacher:*:notifications"},
      {"~hermod:* &hermod:* &teacher:* " + commands, "the ACL lacks &ws:*"},
      {names + commands + "-xadd", "the ACL lacks +xadd"},
      {names + commands + "-xinfo", "the ACL lacks +xinfo|stream"},
      {names + commands + "-evalsha", "the ACL lacks +evalsha"},
      {names + commands + "-script|load", "the ACL lacks +script|load"},
      {names + commands + "-subscribe", "the ACL lacks +subscribe"},
      {names + commands + "-publish", "the ACL lacks +publish"},
      {names + commands + "-time", "the ACL lacks +time"},
      {names + commands + "-@stream", "the ACL lacks +xrevrange"},
      {names + commands + "-set", "the ACL lacks +set"},
      {names + commands + "-eval", "the ACL lacks +eval"},
      {names + commands + "-zscan", "the ACL lacks +zscan"},
      {names + commands + "-pubsub", "the ACL lacks +pubsub|numsub"},
  };
  for (const auto& one : cases) {
    const RedisCheck found = check(url_with(server, one.rules));
    EXPECT_FALSE(found.good()) << one.rules;
    EXPECT_THAT(lines(found), AllOf(HasSubstr(one.named + '\n'), HasSubstr(address(server))))
        << one.rules;
  }
}

// The rules that follow "ACL SETUSER <name> on >SECRET" in docs/deploy.md.
std::string documented_rules(const std::string& name) {
  std::ifstream file(std::string(kSourceRoot) + "/docs/deploy.md");
  const std::string begin = "ACL SETUSER " + name + " on >SECRET ";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(begin)) return line.substr(begin.size());
  }
  ADD_FAILURE() << begin;
  return {};
}

TEST(BusCheckTest, TheDocumentedRulesSuffice) {
  RedisServer server;
  const RedisCheck found = check(url_with(server, documented_rules("hermod")));
  EXPECT_TRUE(found.good()) << lines(found);
  EXPECT_THAT(found.findings, IsEmpty()) << lines(found);
}

TEST(BusCheckTest, TheDocumentedPublisherMayPublishAndNothingElse) {
  RedisServer server;
  const std::string url = url_with(server, documented_rules("publisher"));
  RedisLinkOptions link = link_options(options_for(url));
  link.endpoint = RedisUrl::parse(url).take().endpoint();
  auto publisher = RedisConversation::open(link).take();
  const auto refused = [&publisher](const RedisConversation::Words& words) {
    return reply_is_error(*publisher.ask(words).value());
  };
  EXPECT_FALSE(refused({"PUBLISH", "teacher:ann:notifications", "{}"}));
  EXPECT_FALSE(refused({"PUBLISH", "ws:ann", "{}"}));
  EXPECT_TRUE(refused({"PUBLISH", "hermod:{ann}:pos", "1-1"}));
  EXPECT_TRUE(refused({"SUBSCRIBE", "ws:ann"}));
  EXPECT_TRUE(refused({"GET", "hermod:{ann}:last"}));
  EXPECT_TRUE(refused({"FLUSHALL"}));
}

TEST(BusCheckTest, WhatMayNotBeReadIsUnknown) {
  RedisServer server;
  const RedisCheck found = check(
      url_with(server, "~hermod:* &hermod:* &teacher:* &ws:* +@all -@dangerous -@admin -hello"));
  EXPECT_TRUE(found.good()) << lines(found);
  EXPECT_THAT(lines(found), HasSubstr("unknown"));
}

TEST(BusCheckTest, NamesAReplicaASentinelAndAClusterNode) {
  RedisServer replica;
  replica.command({"REPLICAOF", "127.0.0.1", "1"});
  EXPECT_THAT(lines(check(replica.url())),
              AllOf(HasSubstr(address(replica)), HasSubstr("a replica")));
  RedisServer cluster({.arguments = {"--cluster-enabled", "yes"}});
  EXPECT_THAT(lines(check(cluster.url())),
              AllOf(HasSubstr(address(cluster)), HasSubstr("redis+cluster")));
}

}  // namespace
}  // namespace hermod
