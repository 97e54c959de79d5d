// The bus with Redis Sentinel.

#include "integration/bus_deployment_fixture.h"
#include "support/redis_sentinels.h"

namespace hermod {
namespace {

using test::RedisSentinels;
using test::RedisServer;

class BusSentinelTest : public test::BusDeploymentTest {
 protected:
  void open() {
    BusDeploymentTest::open(sentinels_.url(), PublishMode::kClassic, 1);
    ASSERT_TRUE(run_until([&] { return all_up(1); }, std::chrono::milliseconds(10'000)));
  }

  RedisSentinels sentinels_;
};

TEST_F(BusSentinelTest, AKilledMasterIsReplaced) {
  open();
  EXPECT_EQ(bus_->status().mode, BusMode::kSentinel);
  start_load();
  wait_ms(300);
  sentinels_.master().kill();
  ASSERT_TRUE(run_until([&] { return listener_.down(); }, std::chrono::milliseconds(5'000)));
  ASSERT_TRUE(run_until([&] { return listener_.up(); }, std::chrono::milliseconds(20'000)))
      << bus_->status().reason;
  wait_ms(300);
  finish_load();
}

TEST_F(BusSentinelTest, AThawedFormerMasterIsNotUsed) {
  open();
  start_load();
  wait_ms(300);
  RedisServer& former = sentinels_.master();
  former.freeze();
  ASSERT_TRUE(run_until([&] { return listener_.down(); }, std::chrono::milliseconds(5'000)));
  ASSERT_TRUE(run_until([&] { return listener_.up(); }, std::chrono::milliseconds(20'000)))
      << bus_->status().reason;
  former.thaw();
  wait_ms(1'000);
  EXPECT_TRUE(listener_.up());
  finish_load();
}

}  // namespace
}  // namespace hermod
