#include "redis_replay/replay_faults.h"

#include <cassert>

#include "redis/redis_error.h"

namespace hermod {

ReplayFaults::Verdict ReplayFaults::judge(ReplayTask& task, const std::string& reason) const {
  const Concern concern = concern_of(reason);
  if (concern == Concern::kRedis) {
    task.failing_since_ms.reset();
    return Verdict::kStall;
  }
  const int64_t now_ms = clock_.steady_ms();
  if (!task.failing_since_ms) {
    task.failing_since_ms = now_ms;
    task.others_then = successes_;
  }
  assert(task.others_then <= successes_);
  const bool moving = concern == Concern::kUser;
  const bool alone = successes_ == task.others_then;  // no other page was read since then
  task.others_then = successes_;
  if (moving) return Verdict::kHold;
  if (alone) return Verdict::kHoldAndProbe;
  const bool patient = now_ms - *task.failing_since_ms < patience_ms_;
  return patient ? Verdict::kHold : Verdict::kGiveUp;
}

}  // namespace hermod
