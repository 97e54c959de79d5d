// The test support for Redis Sentinel: failover by the sentinels, their own password, TLS.

#include "support/redis_sentinels.h"

#include <gtest/gtest.h>

#include "support/wait_for.h"

namespace hermod::test {
namespace {

std::string address_of(RedisServer& sentinel) {
  return sentinel.command({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"});
}

TEST(RedisSentinelsTest, AKilledMasterIsReplaced) {
  RedisSentinels sentinels({.replicas = 2, .down_after_ms = 300});
  EXPECT_TRUE(sentinels.url().starts_with("redis+sentinel://127.0.0.1:"));
  EXPECT_TRUE(sentinels.url().ends_with("/mymaster"));
  RedisServer& old = sentinels.master();
  EXPECT_EQ(address_of(sentinels.sentinel(2)), "127.0.0.1\n" + std::to_string(old.port()));
  old.kill();
  RedisServer& next = sentinels.wait_for_new_master();
  EXPECT_NE(&next, &old);
  EXPECT_EQ(&next, &sentinels.master());
  EXPECT_EQ(next.command({"SET", "a", "1"}), "OK");
}

TEST(RedisSentinelsTest, AThawedMasterStillAcceptsWrites) {
  RedisSentinels sentinels({.down_after_ms = 300});
  RedisServer& old = sentinels.master();
  old.freeze();
  sentinels.wait_for_new_master();
  old.thaw();
  EXPECT_EQ(old.command({"SET", "a", "1"}), "OK");
}

TEST(RedisSentinelsTest, PasswordsAndTls) {
  TlsAuthority authority;
  const RedisTls tls{authority.ca_file(), authority.issue("redis")};
  RedisSentinels sentinels({.down_after_ms = 300,
                            .node = {.password = "secret", .user = "ann", .tls = tls},
                            .sentinel_password = "other-secret"});
  EXPECT_TRUE(sentinels.url().starts_with("rediss+sentinel://ann:secret@127.0.0.1:"));
  sentinels.sentinel(0).kill();
  sentinels.master().kill();
  EXPECT_EQ(sentinels.wait_for_new_master().command({"SET", "a", "1"}), "OK");
  sentinels.sentinel(0).start();
  sentinels.wait_until_agreed();
}

}  // namespace
}  // namespace hermod::test
