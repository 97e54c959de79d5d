#pragma once
// Measures the busy time of each loop iteration: from the event that woke the loop until it blocks
// again. All other events wait during this time, so it is the latency that the loop adds. It reads
// the clock twice per iteration, and neither wakes the loop nor keeps it alive.

#include <cstdint>
#include <functional>
#include <utility>

#include "uv/handle.h"

namespace hermod::uv {

class LoopLatencyMeter {
 public:
  using OnIteration = std::function<void(uint64_t busy_ns)>;

  LoopLatencyMeter(uv_loop_t* loop, OnIteration on_iteration);
  LoopLatencyMeter(const LoopLatencyMeter&) = delete;
  LoopLatencyMeter& operator=(const LoopLatencyMeter&) = delete;

  // Called before each wait with the time (uv_hrtime()). It may sleep, and returns the time at
  // which the wait begins.
  using Throttle = std::function<uint64_t(uint64_t now_ns)>;
  void throttle_with(Throttle throttle) { throttle_ = std::move(throttle); }

 private:
  static void prepare_cb(uv_prepare_s* handle) noexcept;
  void measure();

  OnIteration on_iteration_;
  Throttle throttle_;
  uint64_t last_ns_ = 0;  // start of the last wait; 0: before the first iteration
  uint64_t idle_ns_ = 0;  // the loop's total idle time at last_ns_
  Handle<uv_prepare_s> prepare_;
};

}  // namespace hermod::uv
