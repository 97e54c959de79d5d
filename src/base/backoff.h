#pragma once
// How long to wait before the next attempt: doubling from `first_ms` to `max_ms`, each wait drawn
// evenly from its upper half, so that a fleet that lost the same broker does not come back as one.

#include <cstdint>

namespace hermod {

class Backoff {
 public:
  Backoff(uint64_t first_ms, uint64_t max_ms) : first_ms_(first_ms), max_ms_(max_ms) {}

  uint64_t next_ms();  // the wait before the coming attempt
  void reset() { step_ms_ = 0; }

 private:
  uint64_t first_ms_;
  uint64_t max_ms_;
  uint64_t step_ms_ = 0;
};

}  // namespace hermod
