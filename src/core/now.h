#pragma once
// The present moment, handed in from outside.

#include <cstdint>

namespace hermod {

struct Now {
  int64_t wall_ms = 0;
  int64_t steady_ms = 0;
};

}  // namespace hermod
