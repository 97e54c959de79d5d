#pragma once
// A log-linear histogram with 64 equal buckets per power of two: its error is below 1.6 % from a
// nanosecond to hours. It needs 20 kB and no sorting.

#include <array>
#include <cstddef>
#include <cstdint>

namespace hermod::bench {

class Histogram {
 public:
  // Larger values than 2^46 ns (19 hours) are counted in the last bucket.
  void record(uint64_t value);
  void merge(const Histogram& other);
  void clear() { *this = Histogram(); }

  uint64_t count() const { return count_; }
  uint64_t max() const { return max_; }
  double mean() const;

  // The smallest value that at least `share` (0 to 1) of all values do not exceed, rounded up to
  // the end of its bucket, but never above max(). 0 if there are no values.
  uint64_t quantile(double share) const;

 private:
  static constexpr unsigned kSubBits = 6;  // 64 buckets per power of two
  static constexpr unsigned kValueBits = 46;
  static constexpr size_t kBuckets = (kValueBits - kSubBits + 1) << kSubBits;

  static size_t bucket_of(uint64_t value);
  static uint64_t upper_end(size_t bucket);

  std::array<uint64_t, kBuckets> counts_{};
  uint64_t count_ = 0;
  uint64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace hermod::bench
