#include "kit/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hermod::bench {

// Each value below 128 has its own bucket; above, the six bits after the leading one select it.
size_t Histogram::bucket_of(uint64_t value) {
  value = std::min(value, (uint64_t{1} << kValueBits) - 1);
  const auto width = static_cast<unsigned>(std::bit_width(value));
  if (width <= kSubBits) return value;
  const unsigned shift = width - kSubBits - 1;
  return (size_t{shift} << kSubBits) + (value >> shift);
}

uint64_t Histogram::upper_end(size_t bucket) {
  if (bucket < (size_t{2} << kSubBits)) return bucket;
  const size_t shift = (bucket >> kSubBits) - 1;
  const uint64_t lead = (bucket & ((1U << kSubBits) - 1)) + (uint64_t{1} << kSubBits);
  return ((lead + 1) << shift) - 1;
}

void Histogram::record(uint64_t value) {
  ++counts_[bucket_of(value)];
  ++count_;
  max_ = std::max(max_, value);
  sum_ += static_cast<double>(value);
}

void Histogram::merge(const Histogram& other) {
  for (size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

double Histogram::mean() const {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

uint64_t Histogram::quantile(double share) const {
  if (count_ == 0) return 0;
  const double wanted = std::ceil(share * static_cast<double>(count_));
  const uint64_t rank = std::max<uint64_t>(1, static_cast<uint64_t>(wanted));
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= rank) return std::min(upper_end(bucket), max_);
  }
  return max_;
}

}  // namespace hermod::bench
