#pragma once
// How long each turn of the loop was at work: from the moment that something woke it until it
// waited again. Whatever comes meanwhile waits that long, so this is what a loop adds to
// everything on it. Costs two readings of the clock a turn, wakes nothing and keeps nothing alive.

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

  // Called before each wait with the time (uv_hrtime()); the wait begins when it says.
  using Rest = std::function<uint64_t(uint64_t now_ns)>;
  void rest_by(Rest rest) { rest_ = std::move(rest); }

 private:
  static void prepare_cb(uv_prepare_s* handle) noexcept;
  void measure();

  OnIteration on_iteration_;
  Rest rest_;
  uint64_t last_ns_ = 0;  // when the last wait began, 0: the first turn is still to come
  uint64_t idle_ns_ = 0;  // what the loop had waited in all by then
  Handle<uv_prepare_s> prepare_;
};

}  // namespace hermod::uv
