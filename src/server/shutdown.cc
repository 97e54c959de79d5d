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
    if (step_ == Step::kDraining && drain_ms == 0) uses_.ws.finish_now();
    return;
  }
  closed_ = std::move(closed);
  drain(drain_ms);
}

// `children`: the number of components that this step closes.
void Shutdown::enter(Step next, int children) {
  assert(static_cast<int>(next) == static_cast<int>(step_) + 1);
  assert(open_ == 0);
  step_ = next;
  open_ = children;
}

Closed Shutdown::child_callback() {
  return [this] { child_ended(); };
}

void Shutdown::child_ended() {
  assert(open_ > 0);
  if (--open_ > 0) return;
  switch (step_) {
    case Step::kDraining:
      return close_backends();
    case Step::kClosingBackends:
      return close_connections();
    case Step::kClosingConnections:
      return close_lws();
    case Step::kClosingLws:
      enter(Step::kDone, 0);
      std::exchange(closed_, nullptr)();
      return;
    case Step::kNone:
    case Step::kDone:
      assert(false);
  }
}

void Shutdown::drain(uint64_t drain_ms) {
  enter(Step::kDraining, 2);
  uses_.readiness.set_draining();
  uses_.http_server.set_draining(true);
  if (uses_.admin_http_server != nullptr) uses_.admin_http_server->set_draining(true);
  uses_.source.leave(std::max(drain_ms, kSettleMs), child_callback());
  uses_.ws.drain(static_cast<int64_t>(drain_ms), child_callback());
}

void Shutdown::close_backends() {
  enter(Step::kClosingBackends, uses_.admin_http_server == nullptr ? 5 : 6);
  uses_.outage.stop();
  uses_.fleet.close(child_callback());
  uses_.producer.close(child_callback());
  uses_.http_server.close(child_callback());
  if (uses_.admin_http_server != nullptr) uses_.admin_http_server->close(child_callback());
  if (uses_.presence == nullptr) {
    uses_.bus.close(child_callback());
  } else {
    uses_.presence->close([this] { uses_.bus.close(child_callback()); });
  }
  // Waits until the bus has released the records of the source.
  uses_.source.close(child_callback());
}

void Shutdown::close_connections() {
  enter(Step::kClosingConnections, 1);
  uses_.ws.close(child_callback());
}

void Shutdown::close_lws() {
  enter(Step::kClosingLws, uses_.tracer == nullptr ? 1 : 2);
  if (uses_.tracer != nullptr) uses_.tracer->close(kSpansMs, child_callback());
  uses_.lws.close(child_callback());
}

}  // namespace hermod
