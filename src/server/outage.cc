#include "server/outage.h"

namespace hermod {

Outage::Outage(uv_loop_t* loop, Hub& hub)
    : hub_(hub), timer_(loop, [this] { hub_.announce_degraded(); }) {}

void Outage::start() {
  timer_.start(kPatienceMs);
}

void Outage::on_bus_state(BusState state) {
  if (state == BusState::kDown) {
    if (!timer_.active()) timer_.start(kPatienceMs);
    return;
  }
  timer_.stop();
  hub_.announce_restored();
}

void Outage::stop() {
  timer_.stop();
}

}  // namespace hermod
