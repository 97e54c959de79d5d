#include "base/recent_max.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(RecentMaxTest, ShowsEachValueForAWindowAtLeastAndTwoAtMost) {
  constexpr int64_t kStart = 7'000'000;
  RecentMax max;
  EXPECT_EQ(max.value(kStart), 0);
  max.add(3, kStart);
  max.add(5, kStart + 9'000);
  max.add(2, kStart + 9'500);
  EXPECT_EQ(max.value(kStart + 9'900), 5);
  max.add(4, kStart + 12'000);
  EXPECT_EQ(max.value(kStart + 19'000), 5);
  EXPECT_EQ(max.value(kStart + 21'000), 4);
  EXPECT_EQ(max.value(kStart + 31'000), 0);
  max.add(1, kStart + 31'000);
  EXPECT_EQ(max.value(kStart + 90'000), 0);
}

}  // namespace
}  // namespace hermod
