#include "redis_bus/redis_shard_state.h"

#include <gtest/gtest.h>

#include "support/recording_bus_listener.h"
#include "support/recording_log.h"

namespace hermod {
namespace {

class RedisShardStateTest : public ::testing::Test {
 protected:
  void SetUp() override { state_.start(listener_); }

  BusStatus status() const {
    BusStatus status;
    state_.fill(status.shards.emplace_back());
    status.memory_losses = state_.memory_losses();
    sum_up_shards(status);
    return status;
  }

  test::RecordingLog log_;
  test::RecordingBusListener listener_;
  RedisShardState state_{log_, 7, "redis://x"};
};

TEST_F(RedisShardStateTest, TheStartIsNotReportedAsAnOutage) {
  state_.report("connect to x: refused");
  EXPECT_TRUE(log_.has("Redis is unavailable url=redis://x reason=connect to x: refused"));
  EXPECT_TRUE(listener_.states.empty());
  EXPECT_FALSE(status().up);
}

TEST_F(RedisShardStateTest, EachChangeIsReportedOnce) {
  state_.report("");
  state_.report("");
  EXPECT_TRUE(status().up);
  state_.report("OOM");
  state_.report("LOADING");
  EXPECT_EQ(listener_.states, (std::vector{BusState::kUp, BusState::kDown}));
  EXPECT_EQ(listener_.reasons.back(), "OOM");
  EXPECT_EQ(status().reason, "LOADING");
  EXPECT_EQ(log_.lines.size(), 3u);
}

TEST_F(RedisShardStateTest, ALossIsCountedOnceEvenIfTheStreamIdsBecomeVoidLater) {
  state_.report_loss(OldStreamIds::kBelow);
  state_.void_stream_ids();
  EXPECT_EQ(status().memory_losses, 1u);
  EXPECT_EQ(listener_.memory_losses, 2);
  EXPECT_EQ(listener_.old_stream_ids, OldStreamIds::kVoid);
}

TEST_F(RedisShardStateTest, AClosingBusIsNotUp) {
  state_.report("");
  state_.close();
  EXPECT_FALSE(status().up);
  EXPECT_FALSE(state_.may_be_destroyed());
  state_.finish_close();
  EXPECT_TRUE(state_.may_be_destroyed());
}

}  // namespace
}  // namespace hermod
