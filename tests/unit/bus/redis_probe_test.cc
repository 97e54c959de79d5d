#include "bus/redis_probe.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(RedisProbeTest, ReadsInfo) {
  const RedisProbe probe = read_redis_info(
      "# Server\r\nredis_version:7.0.15\r\n# "
      "Memory\r\nused_memory:2097152\r\nused_memory_human:x\r\n"
      "maxmemory:104857600\r\nmaxmemory_policy:allkeys-lru\r\n");
  EXPECT_EQ(probe.version, "7.0.15");
  EXPECT_EQ(probe.used_memory_bytes, 2097152u);
  EXPECT_EQ(probe.maxmemory_bytes, 104857600u);
  EXPECT_EQ(probe.describe(), "Redis 7.0.15, allkeys-lru, 2.0 MiB of 100.0 MiB used");
  ASSERT_EQ(probe.warnings().size(), 1u);
  EXPECT_NE(probe.warnings()[0].find("noeviction"), std::string::npos);
}

TEST(RedisProbeTest, MakesDoWithLess) {
  const RedisProbe probe = read_redis_info("xredis_version:1\r\nredis_version");
  EXPECT_EQ(probe.describe(), "Redis of unknown version");
  EXPECT_TRUE(probe.warnings().empty());
  const RedisProbe old = read_redis_info("redis_version:4.0.9\r\nmaxmemory_policy:noeviction");
  EXPECT_EQ(old.warnings().size(), 1u);
}

}  // namespace
}  // namespace hermod
