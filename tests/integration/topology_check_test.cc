// The findings of `hermod check` at real clusters and sentinels.

#include <gmock/gmock.h>

#include "redis_check/redis_check.h"
#include "support/cli_run.h"
#include "support/redis_cluster.h"
#include "support/redis_sentinels.h"
#include "support/wait_for.h"

namespace hermod::test {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using Level = RedisFinding::Level;

RedisBusOptions options_for(const std::string& url) {
  RedisBusOptions options;
  options.url = RedisUrl::parse(url).take();
  options.connect_timeout_ms = 2000;
  if (options.url.kind == RedisUrl::Kind::kCluster) options.mode = PublishMode::kSharded;
  if (options.url.kind != RedisUrl::Kind::kSingle) options.replicas_min = 1;
  return options;
}

RedisCheck check(const std::string& url) {
  return check_redis(options_for(url), false);
}

std::string lines(const RedisCheck& check) {
  std::string text;
  for (const RedisFinding& finding : check.findings) {
    text += (finding.level == Level::kError ? "error: " : "warning: ") + finding.text + '\n';
  }
  return text;
}

std::string address(const RedisServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

// The keys that the check did not delete, except those of the shard.
std::string left_by_check(RedisServer& server) {
  return server.command({"KEYS", "hermod:{check-*"});
}

TEST(ClusterCheckTest, AcceptsAClusterAndNamesItsNodes) {
  RedisCluster cluster;
  // A replica counts as synchronizing until CLUSTER SLOTS lists it. A check writes, which makes the
  // replication begin.
  RedisCheck found;
  wait_for("the replicas are listed", [&] {
    found = check(cluster.url());
    return lines(found).find("synchronizing") == std::string::npos;
  });
  EXPECT_TRUE(found.good()) << lines(found);
  EXPECT_EQ(found.description,
            "a cluster of 3 shards, cluster-require-full-coverage no, cluster-node-timeout "
            "2000 ms");
  ASSERT_EQ(found.masters.size(), 3u);
  EXPECT_THAT(found.masters[0],
              AllOf(HasSubstr("shard 127.0.0.1:"), ContainsRegex(": (Redis|Valkey) [0-9]"),
                    HasSubstr(" slots, replicas: "), HasSubstr("(online)")));
  EXPECT_EQ(found.findings.size(), 3u) << lines(found);  // one host for all of them
  EXPECT_THAT(lines(found), HasSubstr("is on the same host"));
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(left_by_check(cluster.node(i)), "");

  // A seed that does not answer.
  const RedisCheck seed = check("redis+cluster://127.0.0.1:1," + address(cluster.node(0)));
  EXPECT_TRUE(seed.good()) << lines(seed);
  EXPECT_THAT(lines(seed), AllOf(HasSubstr("warning: Redis at 127.0.0.1:1: "),
                                 HasSubstr("(named in REDIS_URL)")));

  const RedisCheck plain = check("redis://" + address(cluster.node(0)));
  EXPECT_FALSE(plain.good());
  EXPECT_THAT(lines(plain),
              AllOf(HasSubstr(address(cluster.node(0))), HasSubstr("use redis+cluster://")));
}

TEST(ClusterCheckTest, WarnsOfAClusterThatMayFail) {
  RedisCluster cluster({.replicas = 0, .coverage = RedisClusterOptions::Coverage::kFull});
  const uint16_t slot = RedisCluster::slot_of("foo");
  RedisServer& from = cluster.master_of_slot(slot);
  RedisServer& to = &from == &cluster.node(0) ? cluster.node(1) : cluster.node(0);
  cluster.open_slot(slot, from, to);
  to.command({"CONFIG", "SET", "cluster-node-timeout", "15000"});
  const RedisCheck found = check(cluster.url());
  EXPECT_TRUE(found.good()) << lines(found);
  EXPECT_THAT(lines(found),
              AllOf(HasSubstr("Redis at " + address(from) + " has no replica"),
                    HasSubstr("1 open slot: " + std::to_string(slot)),
                    HasSubstr("cluster-require-full-coverage is yes at 127.0.0.1:"),
                    HasSubstr("cluster-node-timeout is 15000 ms at " + address(to) + ':')));
}

TEST(ClusterCheckTest, TheCommandPrintsALineForEachShard) {
  RedisCluster cluster({.replicas = 0});
  CliRun run;
  run.environment["REDIS_URL"] = cluster.url();
  EXPECT_EQ(run({"check"}), 0) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("\nredis: ok, a cluster of 3 shards, "));
  EXPECT_THAT(run.out, ContainsRegex("\nredis: shard " + address(cluster.node(2)) +
                                     ": (Redis|Valkey) [0-9]"));
  EXPECT_THAT(run.out, HasSubstr("\nredis: warning: Redis at " + address(cluster.node(2)) +
                                 " has no replica"));
}

TEST(ClusterCheckTest, NamesARefusedPassword) {
  RedisCluster cluster({.replicas = 0, .node = {.password = "right"}});
  const RedisCheck found = check("redis+cluster://:hidden@" + address(cluster.node(0)));
  EXPECT_FALSE(found.good());
  EXPECT_THAT(lines(found), AllOf(HasSubstr("error: "), HasSubstr("password is refused"),
                                  Not(HasSubstr("hidden"))));
  EXPECT_TRUE(check(cluster.url()).good());
}

TEST(ClusterCheckTest, ASingleRedisIsNoCluster) {
  RedisServer server;
  const RedisCheck found = check("redis+cluster://" + address(server));
  EXPECT_FALSE(found.good());
  EXPECT_THAT(lines(found), AllOf(HasSubstr(address(server)), HasSubstr("use redis://")));
}

TEST(SentinelCheckTest, AcceptsAMasterAndNamesWhatIsWrong) {
  RedisSentinels sentinels({.node = {.password = "right"}, .sentinel_password = "guard"});
  RedisBusOptions options = options_for(sentinels.url());
  options.sentinel_credentials.password = "guard";
  const RedisCheck found = check_redis(options, false);
  EXPECT_TRUE(found.good()) << lines(found);
  EXPECT_EQ(found.description, "3 of 3 sentinels reachable");
  ASSERT_EQ(found.masters.size(), 1u);
  EXPECT_THAT(found.masters[0],
              AllOf(ContainsRegex("master mymaster " + address(sentinels.master()) +
                                  ": (Redis|Valkey) [0-9]"),
                    HasSubstr("replicas: " + address(sentinels.node(1)) + " (online)")));
  EXPECT_EQ(left_by_check(sentinels.master()), "");

  RedisBusOptions master = options;
  master.url.master = "other";
  EXPECT_THAT(lines(check_redis(master, false)),
              HasSubstr("it knows no master 'other'; it knows: mymaster"));

  RedisBusOptions redis = options;
  redis.url.credentials.password = "hidden";
  EXPECT_THAT(lines(check_redis(redis, false)),
              AllOf(HasSubstr("error: the sentinels name " + address(sentinels.master())),
                    HasSubstr("password is refused"), Not(HasSubstr("hidden"))));

  RedisBusOptions guard = options;
  guard.sentinel_credentials.password = "hidden";
  EXPECT_THAT(lines(check_redis(guard, false)),
              AllOf(HasSubstr("error: no sentinel can be used"),
                    HasSubstr("REDIS_SENTINEL_PASSWORD"), Not(HasSubstr("hidden"))));

  sentinels.sentinel(2).kill();
  const RedisCheck two = check_redis(options, false);
  EXPECT_TRUE(two.good()) << lines(two);
  EXPECT_EQ(two.description, "2 of 3 sentinels reachable");
  EXPECT_THAT(lines(two),
              HasSubstr("warning: the Sentinel at " + address(sentinels.sentinel(2)) + ": "));
}

}  // namespace
}  // namespace hermod::test
