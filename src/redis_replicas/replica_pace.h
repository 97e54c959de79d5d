#pragma once
// The time between the rounds: a gap from the begin of one to the next, because each WAIT costs the
// master 40 to 50 us, and 500 ms after a failure. The gap is also the longest time that an answer
// waits for its round to begin. ReplicaAck owns it.

#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class ReplicaPace {
 public:
  ReplicaPace(uv_loop_t* loop, const Clock& clock, uint64_t gap_ms,
              const std::function<void()>& due);

  // `due` is called as soon as the next round may begin, in a later loop iteration: the round then
  // includes the answers of the present iteration.
  void ask();
  void began();
  void failed() { failed_ = true; }  // the round that began last
  void forgive();                    // the reason of the failure may have ended
  void stop();

 private:
  const Clock& clock_;
  const int64_t gap_ms_;
  bool failed_ = false;
  int64_t began_ms_;
  uv::Timer timer_;
  uv::Immediate immediate_;
};

}  // namespace hermod
