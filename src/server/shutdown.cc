#include "server/shutdown.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hermod {
namespace {

// The minimum time to wait for open publications, also if connections are closed at once.
constexpr uint64_t kSettleMs = 3000;

// The time limit for sending the last spans, because the collector may be unavailable.
constexpr uint64_t kSpansMs = 2000;

}  // namespace

void Shutdown::begin(uint64_t drain_ms, Closed closed) {
  if (begun()) {
    if (step_ == Step::kDraining && drain_ms == 0) components_.ws->finish_now();
    return;
  }
  closed_ = std::move(closed);
  drain(drain_ms);
}

void Shutdown::child_ended() {
  assert(open_ > 0);
  if (--open_ == 0) advance();
}

void Shutdown::advance() {
  switch (step_) {
    case Step::kDraining:
      return leave();
    case Step::kLeaving:
      return close_wire();
    case Step::kWire:
      return close_context();
    case Step::kContext:
      step_ = Step::kDone;
      std::exchange(closed_, nullptr)();
      return;
    case Step::kNone:
    case Step::kDone:
      assert(false);
  }
}

void Shutdown::drain(uint64_t drain_ms) {
  step_ = Step::kDraining;
  components_.health->set_draining();
  components_.http_server->set_draining(true);
  open_ = 2;
  components_.source->leave(std::max(drain_ms, kSettleMs), [this] { child_ended(); });
  components_.ws->drain(drain_ms, [this] { child_ended(); });
}

void Shutdown::leave() {
  step_ = Step::kLeaving;
  components_.outage->stop();
  open_ = 4;
  components_.producer->close([this] { child_ended(); });
  components_.http_server->close([this] { child_ended(); });
  components_.bus->close([this] { child_ended(); });
  // Waits until the bus has released the records of the source.
  components_.source->close([this] { child_ended(); });
}

void Shutdown::close_wire() {
  step_ = Step::kWire;
  open_ = 1;
  components_.ws->close([this] { child_ended(); });
}

void Shutdown::close_context() {
  step_ = Step::kContext;
  open_ = components_.tracer ? 2 : 1;
  if (components_.tracer) components_.tracer->close(kSpansMs, [this] { child_ended(); });
  components_.lws->close([this] { child_ended(); });
}

}  // namespace hermod
