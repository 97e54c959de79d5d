#pragma once
// The current time, passed as an argument by the caller that reads the clock.

#include <cstdint>

namespace hermod {

struct Instant {
  int64_t wall_ms = 0;
  int64_t steady_ms = 0;
};

}  // namespace hermod
