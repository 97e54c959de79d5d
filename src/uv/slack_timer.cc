#include "uv/slack_timer.h"

#include <cassert>
#include <chrono>
#include <utility>

namespace hermod::uv {
namespace {

int64_t now_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

SlackTimer::SlackTimer(uv_loop_t* loop, uint64_t slack_ms, std::function<void()> on_fired)
    : slack_ms_(slack_ms),
      on_fired_(std::move(on_fired)),
      timer_(loop, [this] { on_fired_(); }),
      iteration_hook_(loop, [this] { on_iteration(); }) {}

void SlackTimer::start(uint64_t after_ms) {
  assert(after_ms >= slack_ms_);
  early_us_ = now_us() + static_cast<int64_t>(after_ms - slack_ms_) * 1000;
  timer_.start(after_ms);
}

void SlackTimer::on_iteration() {
  if (!timer_.active() || now_us() < early_us_) return;
  timer_.stop();
  on_fired_();
}

}  // namespace hermod::uv
