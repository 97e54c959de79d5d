#include "base/clock.h"

#include <chrono>
#include <cstdio>
#include <ctime>

namespace hermod {

int64_t SystemClock::wall_ms() const {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

int64_t SystemClock::steady_ms() const {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

std::string iso8601(int64_t wall_ms) {
  const std::time_t seconds = wall_ms / 1000;
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  char text[40];
  const int length = std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                                   tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
                                   tm.tm_min, tm.tm_sec, static_cast<int>(wall_ms % 1000));
  return {text, static_cast<size_t>(length)};
}

}  // namespace hermod
