#include "publish_load/pace.h"

#include <sys/prctl.h>
#include <time.h>

#include <algorithm>

#include "kit/clock.h"

namespace hermod::bench {

Turn turn_of(uint64_t number, uint64_t users, uint64_t burst) {
  const uint64_t round = number / (users * burst);
  return {number / burst % users, round * burst + number % burst};
}

Pace::Pace(double rate, uint64_t count) : rate_(rate), count_(count), began_ns_(steady_ns()) {
  prctl(PR_SET_TIMERSLACK, 1);  // the default, 50 us, is the interval at 20,000 per second
}

uint64_t Pace::due(int64_t now_ns) const {
  if (rate_ == 0) return count_;
  const double passed_s = static_cast<double>(now_ns - began_ns_) / 1e9;
  return std::min(count_, static_cast<uint64_t>(passed_s * rate_) + 1);
}

int64_t Pace::due_ns(uint64_t sent) const {
  if (rate_ == 0) return began_ns_;
  return began_ns_ + static_cast<int64_t>(static_cast<double>(sent) / rate_ * 1e9);
}

void sleep_until(int64_t steady_ns) {
  timespec time{};
  time.tv_sec = steady_ns / 1'000'000'000;
  time.tv_nsec = steady_ns % 1'000'000'000;
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr);
}

}  // namespace hermod::bench
