#pragma once
// Whether one receiver got each number once and in order. It remembers the last 64 numbers, so that
// a late one is told from a repeated one. What comes first counts as the beginning. Pure.

#include <cstdint>

namespace hermod::bench {

enum class Arrival : uint8_t {
  kInOrder,
  kAhead,   // numbers before it are missing so far
  kLate,    // one of those missing
  kRepeat,  // came before, or is too old to be told from that
};

class SequenceCheck {
 public:
  Arrival arrive(uint64_t sequence);

  // How many numbers between the first and the last never came.
  uint64_t missing() const { return missing_; }

 private:
  uint64_t next_ = 0;    // one behind the highest that came
  uint64_t recent_ = 0;  // bit i: next_ - 1 - i came
  uint64_t missing_ = 0;
  bool begun_ = false;
};

}  // namespace hermod::bench
