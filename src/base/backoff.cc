#include "base/backoff.h"

#include <algorithm>

#include "base/random.h"

namespace hermod {

uint64_t Backoff::next_ms() {
  step_ms_ = step_ms_ == 0 ? first_ms_ : std::min(step_ms_ * 2, max_ms_);
  const uint64_t half = step_ms_ / 2;
  return step_ms_ - half + random_u64() % (half + 1);
}

}  // namespace hermod
