#include "redis_subscribe/recent_events.h"

#include <gtest/gtest.h>

#include <string>

#include "support/fake_clock.h"

namespace hermod {
namespace {

class RecentEventsTest : public ::testing::Test {
 protected:
  test::FakeClock clock_;
  RecentEvents events_{clock_};
};

TEST_F(RecentEventsTest, LooksUpOnlyAfterAFailover) {
  events_.add("ann", 7);
  EXPECT_FALSE(events_.is_repeat("ann", 7));
  const int64_t at_ms = clock_.steady_ms();
  clock_.advance(9000);  // the shard is down, and no message comes
  events_.on_failover();
  EXPECT_EQ(events_.received_ms("ann", 7), at_ms);
  EXPECT_TRUE(events_.is_repeat("ann", 7));
  EXPECT_FALSE(events_.is_repeat("ann", 8));
  EXPECT_FALSE(events_.is_repeat("bob", 7));
}

TEST_F(RecentEventsTest, WhatComesAfterTheFailoverIsNoRepeat) {
  events_.add("ann", 7);
  events_.on_failover();
  events_.add("ann", 8);
  EXPECT_FALSE(events_.is_repeat("ann", 8));
  EXPECT_TRUE(events_.is_repeat("ann", 7));
  events_.on_failover();  // the next one
  EXPECT_TRUE(events_.is_repeat("ann", 8));
  EXPECT_TRUE(events_.is_repeat("ann", 7));
}

TEST_F(RecentEventsTest, ForgetsAMinuteAfterTheFailover) {
  events_.add("ann", 7);
  events_.on_failover();
  clock_.advance(RecentEvents::kLookedUpMs - 1);
  EXPECT_TRUE(events_.is_repeat("ann", 7));
  clock_.advance(1);
  EXPECT_FALSE(events_.is_repeat("ann", 7));
  events_.add("ann", 8);
  EXPECT_EQ(events_.size(), 1u);
  events_.on_failover();
  EXPECT_FALSE(events_.is_repeat("ann", 7));
  EXPECT_TRUE(events_.is_repeat("ann", 8));
}

TEST_F(RecentEventsTest, RemembersSecondsAndABoundedNumber) {
  events_.add("ann", 1);
  clock_.advance(RecentEvents::kRememberedMs + 1);
  events_.add("ann", 2);
  EXPECT_EQ(events_.size(), 1u);
  for (uint64_t hash = 3; hash < 3 + RecentEvents::kEventsMax; ++hash) events_.add("ann", hash);
  EXPECT_EQ(events_.size(), RecentEvents::kEventsMax);
  events_.on_failover();
  EXPECT_FALSE(events_.is_repeat("ann", 2));
  EXPECT_TRUE(events_.is_repeat("ann", 3));
  for (int i = 0; i < 3; ++i) {
    const uint64_t first = 1'000'000 * static_cast<uint64_t>(i + 1);
    for (size_t n = 0; n < RecentEvents::kEventsMax; ++n) events_.add("ann", first + n);
    events_.on_failover();
    EXPECT_TRUE(events_.is_repeat("ann", first));
    EXPECT_LE(events_.size(), 2 * RecentEvents::kEventsMax);
  }
}

TEST_F(RecentEventsTest, AnUnknownHashIsNotRemembered) {
  events_.add("ann", 0);
  events_.on_failover();
  EXPECT_EQ(events_.size(), 0u);
  EXPECT_FALSE(events_.is_repeat("ann", 0));
}

}  // namespace
}  // namespace hermod
