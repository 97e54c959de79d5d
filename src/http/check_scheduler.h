#pragma once
// Resumes the connections of the CheckQueue: a few per loop iteration, as long as the queue has
// some of its share of the loop's time left. Owned by ConnectionManager.

#include "base/clock.h"
#include "http/check_queue.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class CheckScheduler {
 public:
  CheckScheduler(uv_loop_t* loop, CheckQueue& queue, const Clock& clock);

  void add(Connection& connection);     // precondition: it is in Stage::kCheck
  void remove(Connection& connection);  // it ends while it waits, or while it is being checked

  // Call before destruction, after all connections were removed.
  void stop();

 private:
  bool has_share() { return queue_.has_share(clock_.steady_ms()); }
  void check_some();

  CheckQueue& queue_;
  const Clock& clock_;
  uv::Immediate immediate_;
  uv::Timer timer_;  // active while connections wait for the share to refill
};

}  // namespace hermod
