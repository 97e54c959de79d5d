#pragma once
// A clock that only the test advances.

#include "base/clock.h"

namespace hermod::test {

class FakeClock final : public Clock {
 public:
  int64_t wall_ms() const override { return wall_ms_; }
  int64_t steady_ms() const override { return steady_ms_; }

  void advance(int64_t by_ms) {
    wall_ms_ += by_ms;
    steady_ms_ += by_ms;
  }
  void set_wall_ms(int64_t wall_ms) { wall_ms_ = wall_ms; }

 private:
  int64_t wall_ms_ = 1'750'000'000'000;
  int64_t steady_ms_ = 1'000'000;
};

}  // namespace hermod::test
