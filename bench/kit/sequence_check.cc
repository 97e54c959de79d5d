#include "kit/sequence_check.h"

namespace hermod::bench {

Arrival SequenceCheck::arrive(uint64_t sequence) {
  constexpr uint64_t kWindow = 64;
  if (!begun_) {
    begun_ = true;
    next_ = sequence;
    recent_ = ~uint64_t{0};  // numbers below the first count as received
  }
  if (sequence >= next_) {
    const uint64_t skipped = sequence - next_;
    missing_ += skipped;
    recent_ = skipped >= kWindow - 1 ? 1 : (recent_ << (skipped + 1)) | 1;
    next_ = sequence + 1;
    return skipped == 0 ? Arrival::kInOrder : Arrival::kAhead;
  }
  const uint64_t age = next_ - 1 - sequence;
  if (age >= kWindow) return Arrival::kRepeat;
  const uint64_t bit = uint64_t{1} << age;
  if ((recent_ & bit) != 0) return Arrival::kRepeat;
  recent_ |= bit;
  --missing_;
  return Arrival::kLate;
}

}  // namespace hermod::bench
