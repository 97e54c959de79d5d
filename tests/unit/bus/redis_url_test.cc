#include "bus/redis_url.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(RedisUrlTest, TakesApartWhatItIsGiven) {
  const RedisUrl url = RedisUrl::parse("redis://ann:p%40ss%3Aword@redis.example:7000/5").take();
  EXPECT_EQ(url.user, "ann");
  EXPECT_EQ(url.password, "p@ss:word");
  EXPECT_EQ(url.host, "redis.example");
  EXPECT_EQ(url.port, 7000);
  EXPECT_EQ(url.database, 5u);
  EXPECT_FALSE(url.is_unix());
  EXPECT_EQ(url.shown(), "redis://***:***@redis.example:7000/5");
}

TEST(RedisUrlTest, FillsInTheUsual) {
  const RedisUrl url = RedisUrl::parse("redis://localhost").take();
  EXPECT_EQ(url.port, 6379);
  EXPECT_EQ(url.shown(), "redis://localhost:6379");
  EXPECT_EQ(RedisUrl::parse("redis://localhost:1/").take().database, 0u);
  EXPECT_EQ(RedisUrl::parse("redis://:secret@h").take().password, "secret");
  EXPECT_EQ(RedisUrl::parse("redis://:a@b@h").take().password, "a@b");
}

TEST(RedisUrlTest, KnowsIpv6AndUnixSockets) {
  const RedisUrl six = RedisUrl::parse("redis://[::1]:6380").take();
  EXPECT_EQ(six.host, "::1");
  EXPECT_EQ(six.port, 6380);
  EXPECT_EQ(six.shown(), "redis://[::1]:6380");
  const RedisUrl unix_url = RedisUrl::parse("unix:///run/redis/redis.sock").take();
  EXPECT_TRUE(unix_url.is_unix());
  EXPECT_EQ(unix_url.path, "/run/redis/redis.sock");
  EXPECT_EQ(unix_url.shown(), "unix:///run/redis/redis.sock");
}

TEST(RedisUrlTest, RefusesTheRestWithoutRepeatingIt) {
  const std::string long_path = "unix:///secret" + std::string(120, 'x');
  for (const std::string& text : {std::string(),
                                  std::string("localhost"),
                                  std::string("http://secret"),
                                  std::string("redis://"),
                                  std::string("redis://secret@h"),
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
                                  std::string("unix://secret"),
                                  std::string("unix:///"),
                                  long_path,
                                  std::string("rediss://u:secret@h")}) {
    const auto refused = RedisUrl::parse(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().message.find("secret"), std::string::npos) << text;
    EXPECT_EQ(refused.error().message.find("REDIS_URL takes"), 0u);
  }
  EXPECT_NE(RedisUrl::parse("rediss://h").error().message.find("TLS"), std::string::npos);
}

}  // namespace
}  // namespace hermod
