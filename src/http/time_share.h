#pragma once
// Limits the share of the loop's time that one kind of work may use. Occasional work is never
// refused: the limit applies to work that is repeated without a pause.

#include <algorithm>
#include <chrono>

namespace hermod {

class TimeShare {
 public:
  using Clock = std::chrono::steady_clock;

  // Counts the work that was done from `start` to `end`.
  void spend(Clock::time_point start, Clock::time_point end) {
    recover(end);
    spent_ += end - start;
  }

  // True while the work has used up its share: a twentieth of the time, and 100 ms in advance.
  bool exceeded(Clock::time_point now) {
    recover(now);
    return spent_ >= kAdvance;
  }

 private:
  static constexpr int kShare = 20;
  static constexpr std::chrono::milliseconds kAdvance{100};

  void recover(Clock::time_point now) {
    spent_ = std::max(Clock::duration{0}, spent_ - (now - counted_at_) / kShare);
    counted_at_ = now;
  }

  Clock::duration spent_{0};
  Clock::time_point counted_at_{};
};

}  // namespace hermod
