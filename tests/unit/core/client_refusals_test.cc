#include "core/client_refusals.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

constexpr StreamId at(uint64_t count) {
  return {1000 + count, count};
}

TEST(ClientRefusalsTest, SkipsTheOneThatIsRefusedTwice) {
  ClientRefusals refusals;
  EXPECT_FALSE(refusals.concerns("ann", 0));
  EXPECT_FALSE(refusals.add("ann", at(9), false, 0));
  EXPECT_TRUE(refusals.concerns("ann", 0));
  EXPECT_FALSE(refusals.skips("ann", at(9)));
  EXPECT_TRUE(refusals.add("ann", at(5), true, 0));
  EXPECT_TRUE(refusals.skips("ann", at(5)));
  EXPECT_FALSE(refusals.skips("ann", at(9)));
  EXPECT_FALSE(refusals.skips("bob", at(5)));
  EXPECT_FALSE(refusals.skips("ann", {}));
}

TEST(ClientRefusalsTest, OneRefusalOfALaterMessageIsItsFirst) {
  ClientRefusals refusals;
  EXPECT_FALSE(refusals.add("ann", at(5), true, 0));
  EXPECT_FALSE(refusals.add("ann", at(6), true, 0));
  EXPECT_TRUE(refusals.add("ann", at(6), true, 0));
}

TEST(ClientRefusalsTest, ForgetsWhatIsAcknowledgedOrOld) {
  ClientRefusals refusals;
  refusals.add("ann", at(5), false, 0);
  refusals.on_acknowledged("ann", at(4));
  EXPECT_TRUE(refusals.concerns("ann", ClientRefusals::kKeptMs - 1));
  EXPECT_FALSE(refusals.concerns("ann", ClientRefusals::kKeptMs));
  refusals.on_acknowledged("ann", at(5));
  EXPECT_TRUE(refusals.empty());
}

TEST(ClientRefusalsTest, IsBoundedAndTheOldestGoes) {
  ClientRefusals refusals;
  for (size_t i = 0; i <= ClientRefusals::kUsersMax; ++i) {
    refusals.add("user " + std::to_string(i), at(1), false, static_cast<int64_t>(i));
  }
  EXPECT_EQ(refusals.size(), ClientRefusals::kUsersMax);
  EXPECT_FALSE(refusals.concerns("user 0", 2000));
  EXPECT_TRUE(refusals.concerns("user 1", 2000));
}

}  // namespace
}  // namespace hermod
