#include "ws/inflow.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

InboundLimits slow() {
  InboundLimits limits;
  limits.bytes_per_second = 10'000;  // and a burst of 20,000
  return limits;
}

TEST(InflowTest, TakesItsRateForEverHoweverRarelyItLooks) {
  for (const int64_t step_ms : {1, 100, 1'000, 60'000}) {
    Inflow inflow;
    inflow.begin(0, 5'000);
    for (int64_t passed = step_ms; passed <= 50 * step_ms; passed += step_ms) {
      const auto received = static_cast<uint64_t>(passed) * 10;
      EXPECT_TRUE(inflow.admit(received, 5'000 + passed, slow())) << passed;
    }
  }
}

TEST(InflowTest, ABurstIsTwoSecondsWorth) {
  Inflow inflow;
  inflow.begin(0, 0);
  EXPECT_TRUE(inflow.admit(20'000, 0, slow()));
  EXPECT_TRUE(inflow.admit(20'000, 1'000, slow()));
  EXPECT_TRUE(inflow.admit(30'000, 1'000, slow()));
  EXPECT_FALSE(inflow.admit(31'000, 1'000, slow()));
}

TEST(InflowTest, CountsWhatComesAfterItsBeginningOnly) {
  Inflow inflow;
  inflow.begin(1'000'000, 0);
  EXPECT_TRUE(inflow.admit(1'020'000, 0, slow()));
  EXPECT_FALSE(inflow.admit(1'030'000, 0, slow()));
}

// Each single update is within the burst.
TEST(InflowTest, LookingOftenForgivesNothing) {
  Inflow inflow;
  inflow.begin(0, 0);
  int64_t looks = 0;
  while (inflow.admit(static_cast<uint64_t>(looks) * 2'000, looks * 100, slow())) ++looks;
  EXPECT_GE(looks, 18);  // twice the rate lasts two seconds
  EXPECT_LE(looks, 22);
}

TEST(InflowTest, SurvivesTheWrapOfItsClockAndCounter) {
  Inflow inflow;
  const int64_t start = (int64_t{1} << 32) - 500;
  inflow.begin(0, start);
  EXPECT_TRUE(inflow.admit(5'000, start + 1'000, slow()));
  const uint64_t much = (uint64_t{1} << 38) - 64;  // the units wrap at 2^38 bytes
  InboundLimits fast;
  fast.bytes_per_second = UINT32_MAX;
  Inflow other;
  other.begin(0, 0);
  EXPECT_TRUE(other.admit(much, 64'000, fast));
  EXPECT_TRUE(other.admit(much + 128, 64'001, fast));
}

}  // namespace
}  // namespace hermod
