#pragma once
// While much is done, has the turns of the loop begin a millisecond apart, so that what arrives
// shares them: a read, a wake-up of ours and of each receiver, instead of one for each text. It is
// what network cards do with their interrupts. Little is done as it comes, without delay.
//
// It sleeps inside the loop, so it is for a loop that nobody else uses.

#include <cstdint>

#include "uv/fwd.h"

namespace hermod::uv {

class LoopThrottle {
 public:
  static constexpr uint64_t kApartNs = 1'000'000;
  static constexpr uint64_t kMuchPerSecond = 5'000;

  explicit LoopThrottle(uv_loop_t* loop) : loop_(loop) {}

  // Before the loop waits. `done` counts what all turns so far did. Blocks for kApartNs at most,
  // and returns the time it is then (uv_hrtime(), as now_ns).
  uint64_t rest(uint64_t now_ns, uint64_t done);

 private:
  void look(uint64_t now_ns, uint64_t done);

  uv_loop_t* loop_;
  uint64_t turn_began_ns_ = 0;
  uint64_t looked_ns_ = 0;  // when it was last judged how much is done
  uint64_t looked_done_ = 0;
  bool much_ = false;
};

}  // namespace hermod::uv
