#include "server/outage.h"

namespace hermod {

Outage::Outage(uv_loop_t* loop, const Clock& clock, Hub& hub)
    : clock_(clock), hub_(hub), timer_(loop, [this] { hub_.announce_degraded(); }) {}

void Outage::start() {
  since_ms_ = clock_.steady_ms();
  timer_.start(kPatienceMs);
}

void Outage::on_bus_state(BusState state) {
  if (state == BusState::kDown) {
    if (!timer_.active()) start();
    return;
  }
  timer_.stop();
  hub_.announce_restored();
}

void Outage::stop() {
  timer_.stop();
}

void Outage::on_time_moved() {
  if (!timer_.active() || clock_.steady_ms() < since_ms_ + static_cast<int64_t>(kPatienceMs)) {
    return;
  }
  timer_.stop();
  hub_.announce_degraded();
}

}  // namespace hermod
