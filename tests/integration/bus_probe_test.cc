#include <gtest/gtest.h>

#include "bus/redis_probe.h"
#include "support/redis_server.h"

namespace hermod {
namespace {

using test::RedisServer;
using test::RedisServerOptions;

Result<RedisProbe> probe(const std::string& url) {
  return probe_redis(RedisUrl::parse(url).value(), 500);
}

TEST(BusProbeTest, DescribesARedisThatAnswers) {
  RedisServer server;
  server.command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  const auto found = probe(server.url() + "/2");
  ASSERT_TRUE(found);
  EXPECT_EQ(found.value().maxmemory_policy, "allkeys-lru");
  EXPECT_GT(found.value().used_memory_bytes, 0u);
  EXPECT_EQ(found.value().describe().find("Redis "), 0u);
  EXPECT_EQ(found.value().warnings().size(), 1u);
  EXPECT_FALSE(probe(server.url() + "/9999"));
}

TEST(BusProbeTest, SaysWhyItCannot) {
  RedisServer server({.password = "open-sesame"});
  EXPECT_TRUE(probe(server.url()));
  const std::string at = "127.0.0.1:" + std::to_string(server.port());
  const auto wrong = probe("redis://ann:open-barley@" + at);
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("WRONGPASS"), std::string::npos);
  EXPECT_EQ(wrong.error().message.find("barley"), std::string::npos);
  EXPECT_NE(probe("redis://" + at).error().message.find("NOAUTH"), std::string::npos);
  server.freeze();
  EXPECT_FALSE(probe(server.url()));
  server.thaw();
  server.kill();
  EXPECT_NE(probe(server.url()).error().message.find("connect: "), std::string::npos);
}

TEST(BusProbeTest, LooksThroughAUnixSocket) {
  RedisServer server({.listen = RedisServerOptions::Listen::kUnix});
  EXPECT_TRUE(probe(server.url()));
}

}  // namespace
}  // namespace hermod
