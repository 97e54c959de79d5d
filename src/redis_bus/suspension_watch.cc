#include "redis_bus/suspension_watch.h"

#include <utility>

namespace hermod {
namespace {

constexpr uint64_t kCheckMs = 1000;
constexpr uint64_t kCheckSlackMs = 200;  // to share the wake-ups of other timers

}  // namespace

SuspensionWatch::SuspensionWatch(uv_loop_t* loop, const Clock& clock,
                                 std::function<void()> on_suspended)
    : clock_(clock),
      on_suspended_(std::move(on_suspended)),
      timer_(loop, kCheckSlackMs, [this] { tick(); }) {}

void SuspensionWatch::start() {
  checked_ms_ = clock_.steady_ms();
  timer_.start(kCheckMs);
}

void SuspensionWatch::check() {
  if (!timer_.active()) return;
  const int64_t now_ms = clock_.steady_ms();
  if (now_ms - std::exchange(checked_ms_, now_ms) >= kJumpMs) on_suspended_();
}

void SuspensionWatch::tick() {
  timer_.start(kCheckMs);
  check();
}

}  // namespace hermod
