#include "redis_replicas/replica_pace.h"

namespace hermod {
namespace {

constexpr int64_t kGapAfterFailureMs = 500;

}  // namespace

ReplicaPace::ReplicaPace(uv_loop_t* loop, const Clock& clock, uint64_t gap_ms,
                         const std::function<void()>& due)
    : clock_(clock),
      gap_ms_(static_cast<int64_t>(gap_ms)),
      began_ms_(clock.steady_ms() - gap_ms_),
      timer_(loop, due),
      immediate_(loop, due) {}

void ReplicaPace::ask() {
  if (timer_.active()) return;
  const int64_t gap_ms = failed_ ? kGapAfterFailureMs : gap_ms_;
  const int64_t left_ms = began_ms_ + gap_ms - clock_.steady_ms();
  if (left_ms > 0)
    timer_.start(static_cast<uint64_t>(left_ms));
  else
    immediate_.ask();
}

void ReplicaPace::began() {
  began_ms_ = clock_.steady_ms();
  failed_ = false;
}

void ReplicaPace::forgive() {
  failed_ = false;
  timer_.stop();
}

void ReplicaPace::stop() {
  timer_.stop();
  immediate_.cancel();
}

}  // namespace hermod
