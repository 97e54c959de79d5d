#include "server/outage_notifier.h"

#include <cassert>

namespace hermod {

OutageNotifier::OutageNotifier(uv_loop_t* loop, const Clock& clock, Hub& hub)
    : clock_(clock),
      hub_(hub),
      timer_(loop, [this] { continue_later(hub_.announcer().announce_degraded()); }),
      rest_(loop, [this] { continue_later(hub_.announcer().announce_some()); }) {}

void OutageNotifier::start() {
  assert(!timer_.active());
  since_ms_ = clock_.steady_ms();
  timer_.start(kPatienceMs);
}

void OutageNotifier::on_bus_state(BusState state) {
  if (state == BusState::kDown) {
    if (!timer_.active()) start();
    return;
  }
  timer_.stop();
  continue_later(hub_.announcer().announce_restored());
}

void OutageNotifier::stop() {
  timer_.stop();
  rest_.cancel();
}

void OutageNotifier::continue_later(bool more) {
  if (more) rest_.ask();
}

void OutageNotifier::on_time_moved() {
  if (!timer_.active() || clock_.steady_ms() < since_ms_ + static_cast<int64_t>(kPatienceMs)) {
    return;
  }
  timer_.stop();
  continue_later(hub_.announcer().announce_degraded());
}

}  // namespace hermod
