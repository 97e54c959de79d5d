#pragma once
// The delay before the next attempt. It doubles from `first_ms` to `max_ms`, and each delay is
// drawn uniformly from the upper half of its step, so that processes that lost the same broker do
// not reconnect at the same time.

#include <cstdint>

namespace hermod {

class Backoff {
 public:
  Backoff(uint64_t first_ms, uint64_t max_ms) : first_ms_(first_ms), max_ms_(max_ms) {}

  uint64_t next_ms();  // the delay before the next attempt
  void reset() { step_ms_ = 0; }

 private:
  uint64_t first_ms_;
  uint64_t max_ms_;
  uint64_t step_ms_ = 0;
};

}  // namespace hermod
