#include "redis/redis_probe.h"

#include <gmock/gmock.h>

namespace hermod {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Level = RedisFinding::Level;

RedisProbe from_info(std::string_view info) {
  RedisProbe probe;
  read_redis_info(info, probe);
  return probe;
}

TEST(RedisProbeTest, ReadsInfo) {
  const RedisProbe probe = from_info(
      "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nrun_id:9c1e\r\n# "
      "Memory\r\nused_memory:2097152\r\nused_memory_human:x\r\n"
      "maxmemory:104857600\r\nmaxmemory_policy:allkeys-lru\r\nrole:master\r\n");
  EXPECT_EQ(probe.version, "7.0.15");
  EXPECT_EQ(probe.run_id, "9c1e");
  EXPECT_EQ(probe.used_memory_bytes, 2097152u);
  EXPECT_EQ(probe.maxmemory_bytes, 104857600u);
  EXPECT_EQ(probe.describe(), "Redis 7.0.15, allkeys-lru, 2.0 MiB of 100.0 MiB used");
  EXPECT_EQ(probe.unfit(RedisUrl::Kind::kSingle), "");
}

TEST(RedisProbeTest, NamesValkey) {
  const RedisProbe probe = from_info(
      "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n"
      "maxmemory_policy:noeviction");
  EXPECT_EQ(probe.describe(), "Valkey 8.0.1, noeviction");
  EXPECT_EQ(probe.unfit_for_sharding(), "");
}

TEST(RedisProbeTest, MakesDoWithLess) {
  const RedisProbe probe = from_info("xredis_version:1\r\nredis_version");
  EXPECT_EQ(probe.describe(), "Redis of unknown version");
  ASSERT_EQ(probe.findings(true).size(), 1u);
  EXPECT_EQ(probe.findings(true)[0].level, Level::kWarning);
  EXPECT_THAT(probe.findings(true)[0].text, HasSubstr("unknown"));
  const RedisProbe old = from_info("redis_version:4.0.9\r\nmaxmemory_policy:noeviction");
  ASSERT_EQ(old.findings(false).size(), 1u);
  EXPECT_EQ(old.findings(false)[0].level, Level::kError);
}

TEST(RedisProbeTest, EvictionIsAnErrorInProduction) {
  const RedisProbe probe = from_info("redis_version:7.0.0\r\nmaxmemory_policy:allkeys-lru");
  ASSERT_EQ(probe.findings(false).size(), 1u);
  EXPECT_EQ(probe.findings(false)[0].level, Level::kWarning);
  EXPECT_THAT(probe.findings(false)[0].text, HasSubstr("noeviction"));
  ASSERT_EQ(probe.findings(true).size(), 1u);
  EXPECT_EQ(probe.findings(true)[0].level, Level::kError);
}

TEST(RedisProbeTest, SaysBeforeTheMemoryIsFull) {
  const auto with_used = [](const std::string& used) {
    return from_info("maxmemory_policy:noeviction\r\nmaxmemory:1000\r\nused_memory:" + used)
        .findings(true);
  };
  EXPECT_THAT(with_used("899"), IsEmpty());
  ASSERT_EQ(with_used("900").size(), 1u);
  EXPECT_EQ(with_used("900")[0].level, Level::kWarning);
  ASSERT_EQ(with_used("1000").size(), 1u);
  EXPECT_EQ(with_used("1000")[0].level, Level::kError);
  EXPECT_THAT(
      from_info("maxmemory_policy:noeviction\r\nmaxmemory:0\r\nused_memory:9").findings(true),
      IsEmpty());
}

TEST(RedisProbeTest, NamesTheUrlThatTheServerNeeds) {
  using Kind = RedisUrl::Kind;
  const RedisProbe sentinel = from_info("redis_mode:sentinel");
  const RedisProbe cluster = from_info("redis_mode:cluster\r\nrole:master");
  const RedisProbe single = from_info("redis_mode:standalone\r\nrole:master");
  EXPECT_THAT(sentinel.unfit(Kind::kSingle), HasSubstr("use redis+sentinel://"));
  EXPECT_THAT(sentinel.unfit(Kind::kCluster), HasSubstr("use redis+sentinel://"));
  EXPECT_THAT(sentinel.unfit(Kind::kSentinel), HasSubstr("sentinel monitor"));
  EXPECT_THAT(cluster.unfit(Kind::kSingle), HasSubstr("use redis+cluster://"));
  EXPECT_THAT(cluster.unfit(Kind::kSentinel), HasSubstr("use redis+cluster://"));
  EXPECT_THAT(single.unfit(Kind::kCluster), HasSubstr("use redis:// "));
  EXPECT_EQ(cluster.unfit(Kind::kCluster), "");
  EXPECT_EQ(single.unfit(Kind::kSingle), "");
  EXPECT_EQ(single.unfit(Kind::kSentinel), "");
}

TEST(RedisProbeTest, NamesAReplica) {
  using Kind = RedisUrl::Kind;
  const RedisProbe replica = from_info("redis_mode:standalone\r\nrole:slave");
  EXPECT_THAT(replica.unfit(Kind::kSingle), HasSubstr("REDIS_URL must name the master"));
  EXPECT_THAT(replica.unfit(Kind::kSentinel), HasSubstr("a replica"));
}

TEST(RedisProbeTest, ShardedChannelsNeedRedis7) {
  EXPECT_THAT(from_info("redis_version:6.2.14").unfit_for_sharding(),
              HasSubstr("set REDIS_PUBSUB=classic"));
  EXPECT_EQ(from_info("redis_version:7.0.15").unfit_for_sharding(), "");
  EXPECT_EQ(from_info("redis_mode:cluster").unfit_for_sharding(), "");
}

}  // namespace
}  // namespace hermod
