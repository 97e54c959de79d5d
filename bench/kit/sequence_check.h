#pragma once
// Checks that one receiver gets each number once and in order, from the first received number on.
// It remembers the last 64 numbers, to distinguish a late number from a repeated one.

#include <cstdint>

namespace hermod::bench {

enum class Arrival : uint8_t {
  kInOrder,
  kAhead,   // lower numbers are still missing
  kLate,    // a missing number
  kRepeat,  // received before, or too old to know
};

class SequenceCheck {
 public:
  Arrival arrive(uint64_t sequence);

  // How many numbers between the lowest and the highest were not received.
  uint64_t missing() const { return missing_; }

 private:
  uint64_t next_ = 0;    // the highest received number plus one
  uint64_t recent_ = 0;  // bit i: number next_ - 1 - i was received
  uint64_t missing_ = 0;
  bool begun_ = false;
};

}  // namespace hermod::bench
