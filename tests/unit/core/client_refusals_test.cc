#include "core/client_refusals.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

constexpr ClientRefusals::Device kAnn{"ann", "phone"};

constexpr StreamId at(uint64_t count) {
  return {1000 + count, count};
}

TEST(ClientRefusalsTest, SkipsTheOneThatIsRefusedTwice) {
  ClientRefusals refusals;
  EXPECT_FALSE(refusals.concerns(kAnn, {}, 0));
  EXPECT_FALSE(refusals.add(kAnn, at(9), false, 0));
  EXPECT_TRUE(refusals.concerns(kAnn, {}, 0));
  EXPECT_FALSE(refusals.skips(kAnn, at(9)));
  EXPECT_TRUE(refusals.add(kAnn, at(5), true, 0));
  EXPECT_TRUE(refusals.skips(kAnn, at(5)));
  EXPECT_FALSE(refusals.skips(kAnn, at(9)));
  EXPECT_FALSE(refusals.skips({"bob", ""}, at(5)));
  EXPECT_FALSE(refusals.skips(kAnn, {}));
}

TEST(ClientRefusalsTest, OneRefusalOfALaterMessageIsItsFirst) {
  ClientRefusals refusals;
  EXPECT_FALSE(refusals.add(kAnn, at(5), true, 0));
  EXPECT_FALSE(refusals.add(kAnn, at(6), true, 0));
  EXPECT_TRUE(refusals.add(kAnn, at(6), true, 0));
}

TEST(ClientRefusalsTest, ConcernsWhatIsNotAcknowledgedAndNotOld) {
  ClientRefusals refusals;
  refusals.add(kAnn, at(5), false, 0);
  EXPECT_TRUE(refusals.concerns(kAnn, at(4), ClientRefusals::kKeptMs - 1));
  EXPECT_FALSE(refusals.concerns(kAnn, at(4), ClientRefusals::kKeptMs));
  EXPECT_FALSE(refusals.concerns(kAnn, at(5), 0));
}

TEST(ClientRefusalsTest, AnotherDeviceOfTheUserIsNotConcerned) {
  ClientRefusals refusals;
  refusals.add(kAnn, at(5), true, 0);
  refusals.add(kAnn, at(5), true, 0);
  EXPECT_FALSE(refusals.concerns({"ann", "laptop"}, {}, 0));
  EXPECT_FALSE(refusals.skips({"ann", ""}, at(5)));
  EXPECT_TRUE(refusals.skips(kAnn, at(5)));
}

TEST(ClientRefusalsTest, IsBoundedAndTheOldestGoes) {
  ClientRefusals refusals;
  for (size_t i = 0; i <= ClientRefusals::kDevicesMax; ++i) {
    const std::string user = "user " + std::to_string(i);
    refusals.add({user, ""}, at(1), false, static_cast<int64_t>(i));
  }
  EXPECT_EQ(refusals.size(), ClientRefusals::kDevicesMax);
  EXPECT_FALSE(refusals.concerns({"user 0", ""}, {}, 2000));
  EXPECT_TRUE(refusals.concerns({"user 1", ""}, {}, 2000));
}

}  // namespace
}  // namespace hermod
