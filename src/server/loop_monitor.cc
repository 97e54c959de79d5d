#include "server/loop_monitor.h"

namespace hermod {

LoopMonitor::LoopMonitor(uv_loop_t* loop, Loop ownership, const Clock& clock, Stats& stats)
    : clock_(clock),
      stats_(stats),
      latency_meter_(loop, [this](uint64_t busy_ns) { on_iteration(busy_ns); }),
      throttle_(loop) {
  if (ownership == Loop::kShared) return;
  latency_meter_.throttle_with(
      [this](uint64_t now_ns) { return throttle_.throttle(now_ns, stats_.messages_sent); });
}

double LoopMonitor::longest_iteration_seconds() const {
  return longest_seconds_.value(clock_.steady_ms());
}

void LoopMonitor::on_iteration(uint64_t busy_ns) {
  const double seconds = static_cast<double>(busy_ns) / 1e9;
  stats_.iteration_seconds.add(seconds);
  longest_seconds_.add(seconds, clock_.steady_ms());
}

}  // namespace hermod
