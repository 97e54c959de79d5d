#include "kit/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace hermod::bench {
namespace {

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.quantile(0.5), 0u);
  EXPECT_EQ(histogram.mean(), 0);
}

TEST(Histogram, KeepsSmallValuesExactly) {
  Histogram histogram;
  for (uint64_t value = 1; value <= 100; ++value) histogram.record(value);
  EXPECT_EQ(histogram.quantile(0.5), 50u);
  EXPECT_EQ(histogram.quantile(0.99), 99u);
  EXPECT_EQ(histogram.quantile(1), 100u);
  EXPECT_EQ(histogram.quantile(0), 1u);
  EXPECT_DOUBLE_EQ(histogram.mean(), 50.5);
}

TEST(Histogram, IsNeverMoreThanABucketAboveTheSortedTruth) {
  std::mt19937_64 random(1);
  std::vector<uint64_t> values;
  Histogram histogram;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(random() >> (20 + random() % 40));
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    const uint64_t truth = values[static_cast<size_t>(share * 20'000) - 1];
    EXPECT_GE(histogram.quantile(share), truth);
    EXPECT_LE(static_cast<double>(histogram.quantile(share)),
              static_cast<double>(truth) * (1 + 1.0 / 64) + 1);
  }
  EXPECT_EQ(histogram.max(), values.back());
}

TEST(Histogram, CountsWhatIsBeyondItsLastBucket) {
  Histogram histogram;
  histogram.record(UINT64_MAX);
  EXPECT_EQ(histogram.count(), 1u);
  EXPECT_EQ(histogram.max(), UINT64_MAX);
  EXPECT_GT(histogram.quantile(0.5), uint64_t{1} << 45);
}

TEST(Histogram, MergesAsIfAllHadBeenRecordedInOne) {
  Histogram left;
  Histogram right;
  Histogram both;
  for (uint64_t value = 0; value < 1000; ++value) {
    (value % 2 == 0 ? left : right).record(value * value);
    both.record(value * value);
  }
  left.merge(right);
  EXPECT_EQ(left.count(), both.count());
  EXPECT_EQ(left.quantile(0.9), both.quantile(0.9));
  EXPECT_EQ(left.max(), both.max());
}

}  // namespace
}  // namespace hermod::bench
