#pragma once
// Throttles the loop under load: iterations start at least one millisecond apart, so that messages
// are batched. They then share a read, a wake-up of this process and a wake-up of each receiver.
// Network cards coalesce interrupts for the same reason. Under low load it adds no delay.
//
// It sleeps inside the loop, so the loop must have no other user.

#include <cstdint>

#include "uv/fwd.h"

namespace hermod::uv {

class LoopThrottle {
 public:
  static constexpr uint64_t kApartNs = 1'000'000;
  static constexpr uint64_t kMuchPerSecond = 5'000;

  explicit LoopThrottle(uv_loop_t* loop) : loop_(loop) {}

  // Called before the loop waits. `done` is the total number of messages that were written so far.
  // Sleeps for at most kApartNs, and returns the time afterwards (uv_hrtime(), like `now_ns`).
  uint64_t throttle(uint64_t now_ns, uint64_t done);

 private:
  void measure(uint64_t now_ns, uint64_t done);

  uv_loop_t* loop_;
  uint64_t iteration_began_ns_ = 0;
  uint64_t measured_ns_ = 0;  // when the load was last measured
  uint64_t measured_done_ = 0;
  bool loaded_ = false;
};

}  // namespace hermod::uv
