#include "core/error_rate.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(ErrorRateTest, AdmitsTenInAnySecond) {
  ErrorRate rate;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(rate.admit(1'000));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(rate.admit(1'900));
  EXPECT_FALSE(rate.admit(1'999));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(rate.admit(2'000));
  EXPECT_FALSE(rate.admit(2'899));
  EXPECT_TRUE(rate.admit(2'900));
}

}  // namespace
}  // namespace hermod
