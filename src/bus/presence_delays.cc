#include "bus/presence_delays.h"

#include <algorithm>
#include <utility>

namespace hermod {
namespace {

constexpr int kDelaysAtOnce = 1000;  // calls per loop iteration

}  // namespace

PresenceDelays::PresenceDelays(uv_loop_t* loop, const Clock& clock,
                               std::function<void(PresenceCall)> due)
    : clock_(clock), due_(std::move(due)), timer_(loop, [this] { fire(); }) {}

void PresenceDelays::add(PresenceCall call, int64_t delay_ms) {
  if (stopped_) return;
  const auto added = waiting_.emplace(clock_.steady_ms() + delay_ms, std::move(call));
  if (added == waiting_.begin()) start_timer();
}

void PresenceDelays::stop() {
  stopped_ = true;
  waiting_.clear();
  timer_.stop();
}

void PresenceDelays::start_timer() {
  if (waiting_.empty()) return;
  const int64_t wait_ms = waiting_.begin()->first - clock_.steady_ms();
  timer_.start(static_cast<uint64_t>(std::max<int64_t>(wait_ms, 0)));
}

void PresenceDelays::fire() {
  const int64_t now_ms = clock_.steady_ms();
  for (int i = 0; i < kDelaysAtOnce && !waiting_.empty(); ++i) {
    const auto first = waiting_.begin();
    if (first->first > now_ms) break;
    PresenceCall call = std::move(first->second);
    waiting_.erase(first);
    due_(std::move(call));
  }
  start_timer();
}

}  // namespace hermod
