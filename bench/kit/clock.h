#pragma once
// The clocks of a measurement, in nanoseconds.

#include <cstdint>

namespace hermod::bench {

constexpr int64_t kSecondNs = 1'000'000'000;

int64_t wall_ns();    // CLOCK_REALTIME: time stamps that another process reads
int64_t steady_ns();  // CLOCK_MONOTONIC: durations

// The CPU time of this process, all threads.
struct CpuTime {
  int64_t user_ns = 0;
  int64_t system_ns = 0;

  int64_t total_ns() const { return user_ns + system_ns; }
  CpuTime operator-(const CpuTime& earlier) const {
    return {user_ns - earlier.user_ns, system_ns - earlier.system_ns};
  }
};
CpuTime cpu_time();

}  // namespace hermod::bench
