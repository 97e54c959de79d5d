#pragma once
// The clock of all components. Wall time is for tokens and timestamps; steady time is for durations
// and never jumps. In core/, Hub and Ingest hold a Clock; sessions and outboxes get the time as an
// argument.

#include <cstdint>
#include <string>

namespace hermod {

// The source of time: the system clock in the service, a clock that tests can advance in the
// harness. The composition in server/ owns it; it outlives every component that refers to it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual int64_t wall_ms() const = 0;    // milliseconds since 1970-01-01T00:00:00Z
  virtual int64_t steady_ms() const = 0;  // milliseconds since an arbitrary start, monotonic
};

class SystemClock final : public Clock {
 public:
  int64_t wall_ms() const override;
  int64_t steady_ms() const override;
};

// The system's time plus an offset that only grows. The harness advances it.
class MovableClock final : public Clock {
 public:
  int64_t wall_ms() const override { return system_.wall_ms() + ahead_ms_; }
  int64_t steady_ms() const override { return system_.steady_ms() + ahead_ms_; }
  void advance(int64_t ms) { ahead_ms_ += ms; }  // precondition: ms >= 0

 private:
  SystemClock system_;
  int64_t ahead_ms_ = 0;
};

// "2026-01-31T08:15:30.123Z": RFC 3339, UTC, milliseconds.
std::string iso8601(int64_t wall_ms);

}  // namespace hermod
