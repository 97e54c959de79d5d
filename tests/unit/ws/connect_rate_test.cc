#include "ws/connect_rate.h"

#include <gtest/gtest.h>

#include <string>

namespace hermod {
namespace {

constexpr size_t kSet = 5;

size_t admitted(ConnectRate& rate, std::string_view user, size_t tries, int64_t now_ms) {
  size_t count = 0;
  for (size_t i = 0; i < tries; ++i) count += rate.admit(user, kSet, now_ms);
  return count;
}

TEST(ConnectRateTest, SixTimesAllConnectionsAtOnceAndThenOneInTwoSeconds) {
  ConnectRate rate{{}};
  EXPECT_EQ(admitted(rate, "ada", 100, 1'000'000), 30u);
  EXPECT_EQ(admitted(rate, "ada", 100, 1'001'999), 0u);
  EXPECT_EQ(admitted(rate, "ada", 100, 1'002'000), 1u);
  EXPECT_EQ(admitted(rate, "ada", 100, 1'012'000), 5u);
  EXPECT_EQ(admitted(rate, "bob", 100, 1'012'000), 30u);
}

TEST(ConnectRateTest, ARefusedAttemptCostsNothing) {
  ConnectRate rate{{}};
  for (int64_t now = 0; now < 60'000; now += 10) (void)rate.admit("ada", kSet, now);
  EXPECT_EQ(admitted(rate, "ada", 100, 60'000), 1u);
  EXPECT_EQ(admitted(rate, "ada", 100, 62'000), 1u);
}

TEST(ConnectRateTest, ToAskCostsNothing) {
  ConnectRate rate{{}};
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(rate.is_used_up("ada", kSet, 0));
  EXPECT_EQ(admitted(rate, "ada", 29, 0), 29u);
  EXPECT_FALSE(rate.is_used_up("ada", kSet, 0));
  EXPECT_EQ(admitted(rate, "ada", 2, 0), 1u);
  EXPECT_TRUE(rate.is_used_up("ada", kSet, 0));
  EXPECT_FALSE(rate.is_used_up("bob", kSet, 0));
  EXPECT_TRUE(rate.is_used_up("ada", kSet, 1'999));
  EXPECT_FALSE(rate.is_used_up("ada", kSet, 2'000));
  EXPECT_FALSE(rate.is_used_up("ada", kSet, 1'000'000));
}

TEST(ConnectRateTest, WhatWasUsedIsKnownUntilTheBucketIsFullAgain) {
  for (int64_t start = 0; start < 120'000; start += 7'000) {
    ConnectRate rate{{}};
    EXPECT_EQ(admitted(rate, "ada", 100, start), 30u);
    EXPECT_EQ(admitted(rate, "bob", 1, start + 30'000), 1u);
    EXPECT_EQ(admitted(rate, "ada", 100, start + 58'000), 29u);
    EXPECT_EQ(admitted(rate, "ada", 100, start + 118'000), 30u);
  }
}

TEST(ConnectRateTest, FollowsTheNumberOfConnectionsAllowed) {
  ConnectRate rate{{}};
  size_t count = 0;
  for (int i = 0; i < 100'000; ++i) count += rate.admit("many", 10'000, 0);
  EXPECT_EQ(count, 60'000u);
}

TEST(ConnectRateTest, RemembersABoundedNumberOfUsers) {
  ConnectLimits limits;
  limits.users_max = 100;
  ConnectRate rate{limits};
  for (int i = 0; i < 200; ++i) {
    const std::string user = "user" + std::to_string(i);
    // Users beyond the limit are not counted and not refused.
    EXPECT_EQ(admitted(rate, user, 40, 1'000), i < 100 ? 30u : 40u);
  }
  EXPECT_EQ(admitted(rate, "user7", 1, 1'000), 0u);
}

TEST(ConnectRateTest, MayBeOff) {
  ConnectLimits limits;
  limits.sets_max = 0;
  ConnectRate rate{limits};
  EXPECT_EQ(admitted(rate, "ada", 1'000, 0), 1'000u);
}

}  // namespace
}  // namespace hermod
