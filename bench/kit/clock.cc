#include "kit/clock.h"

#include <sys/resource.h>
#include <time.h>

namespace hermod::bench {
namespace {

int64_t read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * int64_t{1'000'000'000} + now.tv_nsec;
}

int64_t ns_of(const timeval& time) {
  return time.tv_sec * int64_t{1'000'000'000} + time.tv_usec * int64_t{1'000};
}

}  // namespace

int64_t wall_ns() {
  return read_clock(CLOCK_REALTIME);
}

int64_t steady_ns() {
  return read_clock(CLOCK_MONOTONIC);
}

CpuTime cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {ns_of(usage.ru_utime), ns_of(usage.ru_stime)};
}

}  // namespace hermod::bench
