#include "redis/redis_url.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(RedisUrlTest, TakesApartWhatItIsGiven) {
  const RedisUrl url = RedisUrl::parse("redis://ann:p%40ss%3Aword@redis.example:7000/5").take();
  EXPECT_EQ(url.credentials.user, "ann");
  EXPECT_EQ(url.credentials.password, "p@ss:word");
  EXPECT_EQ(url.endpoint().host, "redis.example");
  EXPECT_EQ(url.endpoint().port, 7000);
  EXPECT_EQ(url.database, 5u);
  EXPECT_FALSE(url.endpoint().is_unix());
  EXPECT_EQ(url.shown(), "redis://***:***@redis.example:7000/5");
}

TEST(RedisUrlTest, FillsInTheUsual) {
  const RedisUrl url = RedisUrl::parse("redis://localhost").take();
  EXPECT_EQ(url.endpoint().port, 6379);
  EXPECT_EQ(url.shown(), "redis://localhost:6379");
  EXPECT_EQ(RedisUrl::parse("redis://localhost:1/").take().database, 0u);
  EXPECT_EQ(RedisUrl::parse("redis://:secret@h").take().credentials.password, "secret");
  EXPECT_EQ(RedisUrl::parse("redis://:a@b@h").take().credentials.password, "a@b");
  for (const char* text : {"redis://:@h", "redis://@h"}) {
    const RedisUrl url_without = RedisUrl::parse(text).take();
    EXPECT_EQ(url_without.credentials.password + url_without.credentials.user, "") << text;
    EXPECT_EQ(url_without.shown(), "redis://h:6379") << text;
  }
}

TEST(RedisUrlTest, KnowsIpv6AndUnixSockets) {
  const RedisUrl six = RedisUrl::parse("redis://[::1]:6380").take();
  EXPECT_EQ(six.endpoint().host, "::1");
  EXPECT_EQ(six.endpoint().port, 6380);
  EXPECT_EQ(six.shown(), "redis://[::1]:6380");
  const RedisUrl unix_url = RedisUrl::parse("unix:///run/redis/redis.sock").take();
  EXPECT_TRUE(unix_url.endpoint().is_unix());
  EXPECT_EQ(unix_url.endpoint().path, "/run/redis/redis.sock");
  EXPECT_EQ(unix_url.shown(), "unix:///run/redis/redis.sock");
  const RedisUrl second = RedisUrl::parse("unix:///run/redis.sock?db=2").take();
  EXPECT_EQ(second.endpoint().path, "/run/redis.sock");
  EXPECT_EQ(second.database, 2u);
  EXPECT_EQ(second.shown(), "unix:///run/redis.sock?db=2");
  EXPECT_EQ(RedisUrl::parse("unix:///run/a%3Fdb=2").take().endpoint().path, "/run/a?db=2");
}

TEST(RedisUrlTest, KnowsSentinelClusterTlsAndValkey) {
  using Kind = RedisUrl::Kind;
  const RedisUrl sentinel =
      RedisUrl::parse("rediss+sentinel://ann:pw@s1,[::1]:7000,s3/my%2Fmaster/2").take();
  EXPECT_EQ(sentinel.kind, Kind::kSentinel);
  EXPECT_TRUE(sentinel.tls);
  EXPECT_EQ(sentinel.master, "my/master");
  EXPECT_EQ(sentinel.database, 2u);
  const std::vector<RedisEndpoint> seeds = {{"s1", 26379}, {"::1", 7000}, {"s3", 26379}};
  EXPECT_EQ(sentinel.seeds, seeds);
  EXPECT_EQ(sentinel.shown(), "rediss+sentinel://***:***@s1:26379,[::1]:7000,s3:26379/my/master/2");
  const RedisUrl cluster = RedisUrl::parse("valkey+cluster://h1,h2:7001/").take();
  EXPECT_EQ(cluster.kind, Kind::kCluster);
  EXPECT_FALSE(cluster.tls);
  EXPECT_EQ(cluster.seeds.front().port, 6379);
  EXPECT_EQ(cluster.shown(), "redis+cluster://h1:6379,h2:7001");
  for (const char* text : {"rediss://h", "valkeys://h", "rediss+cluster://h", "valkeys+cluster://h",
                           "valkeys+sentinel://h/m"}) {
    EXPECT_TRUE(RedisUrl::parse(text).take().tls) << text;
  }
  EXPECT_EQ(RedisUrl::parse("valkeys://h:1").take().shown(), "rediss://h:1");
}

// Its password may be in a setting.
TEST(RedisUrlTest, AUserMayStandAlone) {
  const RedisUrl url = RedisUrl::parse("redis://ann@h").take();
  EXPECT_EQ(url.credentials.user, "ann");
  EXPECT_EQ(url.credentials.password, "");
  EXPECT_EQ(url.shown(), "redis://***:***@h:6379");
}

TEST(RedisUrlTest, RefusesTheRestWithoutRepeatingIt) {
  const std::string long_path = "unix:///secret" + std::string(120, 'x');
  for (const std::string& text : {std::string(),
                                  std::string("localhost"),
                                  std::string("http://secret"),
                                  std::string("redis://"),
                                  std::string("redis://u:@h"),
                                  std::string("redis://u:secret@"),
                                  std::string("redis://u:secret@h:0"),
                                  std::string("redis://u:secret@h:65536"),
                                  std::string("redis://u:secret@h:x"),
                                  std::string("redis://u:secret@h:"),
                                  std::string("redis://u:secret@h/x"),
                                  std::string("redis://u:secret@h/1/2"),
                                  std::string("redis://u:secret%zz@h"),
                                  std::string("redis://u:secret%4"),
                                  std::string("redis://u:secret%4@h"),
                                  std::string("redis://u:secret@h?db=1"),
                                  std::string("redis://u:secret@[::1"),
                                  std::string("redis://u:secret@[::1]6379"),
                                  std::string("redis://u:secret\0@h", 20),
                                  std::string("redis://u:sec/ret@h"),
                                  std::string("redis://:secret/@h/1"),
                                  std::string("redis://secret:6379,h2:6379"),
                                  std::string("redis://u:secret@h1,h2/0"),
                                  std::string("redis+sentinel://u:secret@h1,h2"),
                                  std::string("redis+sentinel://u:secret@h1,h2/"),
                                  std::string("redis+sentinel://u:secret@h1,h2//1"),
                                  std::string("redis+sentinel://u:secret@h1,h2/%zz"),
                                  std::string("redis+sentinel://u:secret@h1,h2/m%00"),
                                  std::string("redis+sentinel://u:secret@h1,h2/m/x"),
                                  std::string("redis+sentinel://u:secret@h1,h2/m/1/2"),
                                  std::string("redis+cluster://u:secret@h1,h2/0"),
                                  std::string("redis+cluster://u:secret@h1,"),
                                  std::string("redis+cluster://u:secret@,h1"),
                                  std::string("redis+cluster://u:secret@h1,,h2"),
                                  std::string("redis+cluster://u:secret@h1,h1:6379"),
                                  std::string("redis+cluster://u:secret@h1,fe80::1"),
                                  std::string("redis+cluster://u:secret@"),
                                  std::string("redis+other://u:secret@h"),
                                  std::string("redisss://u:secret@h"),
                                  std::string("unixs:///secret"),
                                  std::string("\"redis://u:secret@h\""),
                                  std::string("redis://::1:6379"),
                                  std::string("redis://fe80::1"),
                                  std::string("unix:///secret?"),
                                  std::string("unix:///secret?db="),
                                  std::string("unix:///secret?db=x"),
                                  std::string("unix:///secret?db=-1"),
                                  std::string("unix:///secret?db=1&db=2"),
                                  std::string("unix:///secret?DB=1"),
                                  std::string("unix:///secret?password=secret"),
                                  std::string("unix:///secret%00"),
                                  std::string("unix://secret"),
                                  std::string("unix:///"),
                                  long_path}) {
    const auto refused = RedisUrl::parse(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().message.find("secret"), std::string::npos) << text;
    EXPECT_EQ(refused.error().message.find("REDIS_URL must be"), 0u);
  }
}

// Each error says what would be right.
TEST(RedisUrlTest, NamesTheMistake) {
  const auto says = [](std::string_view text, std::string_view part) {
    const auto refused = RedisUrl::parse(text);
    return !refused && refused.error().message.find(part) != std::string::npos;
  };
  EXPECT_TRUE(says("http://h", "the scheme must be redis, rediss, unix"));
  EXPECT_TRUE(says("redis://u:a/b@h", "a / in the user or password is written %2F"));
  EXPECT_TRUE(says("redis://:a/@h:6379/1", "%2F"));
  EXPECT_TRUE(says("redis://u:a?b@h", "? is %3F"));
  EXPECT_TRUE(says("redis://u:a#b@h", "# is %23"));
  EXPECT_TRUE(says("redis://u:a%b@h", "% itself is %25"));
  EXPECT_TRUE(says("redis://h1:6379,h2:6379", "must name one host"));
  EXPECT_TRUE(says("redis+sentinel://h1,h2", "redis[s]+sentinel://"));
  EXPECT_TRUE(says("redis+sentinel://h1,h2", "the name of the master is missing"));
  EXPECT_TRUE(says("rediss+cluster://h1,h2/3", "a cluster has only the database 0"));
  EXPECT_TRUE(says("redis+cluster://h1,", "a comma must stand between two hosts"));
  EXPECT_TRUE(says("redis+cluster://h1,h1", "twice"));
  EXPECT_TRUE(says("redis://::1:6379", "in brackets"));
  EXPECT_TRUE(says("redis://fe80::1", "in brackets"));
  EXPECT_TRUE(says("'redis://h'", "is in quotes"));
  EXPECT_TRUE(says(" redis://h", "begins or ends with a blank"));
  EXPECT_TRUE(says("unix:///run/redis.sock?database=2", "only ?db=n may follow"));
}

}  // namespace
}  // namespace hermod
