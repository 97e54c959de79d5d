#pragma once
// The maximum of the recent values: those of the current time window and of the previous one. A
// gauge that is read at least once per window therefore shows every peak.

#include <algorithm>
#include <cstdint>

namespace hermod {

class RecentMax {
 public:
  static constexpr int64_t kWindowMs = 10'000;

  void add(double value, int64_t now_ms) {
    move_to(now_ms);
    present_ = std::max(present_, value);
  }

  double value(int64_t now_ms) const {
    const int64_t passed_ms = now_ms - began_ms_;
    if (passed_ms < kWindowMs) return std::max(present_, before_);
    return passed_ms < 2 * kWindowMs ? present_ : 0;
  }

 private:
  void move_to(int64_t now_ms) {
    const int64_t passed_ms = now_ms - began_ms_;
    if (passed_ms < kWindowMs) return;
    before_ = passed_ms < 2 * kWindowMs ? present_ : 0;
    present_ = 0;
    began_ms_ = now_ms - passed_ms % kWindowMs;
  }

  int64_t began_ms_ = 0;
  double present_ = 0;
  double before_ = 0;
};

}  // namespace hermod
