#pragma once
// Notifies all users when the bus is lost and restored (protocol section 3, service notices). It
// sends one notice per outage, and only after 2 s, so that a short interruption of Redis is not
// announced. Owned by the server, which starts and stops it; the bus is observed through Observers.

#include "base/clock.h"
#include "bus/bus.h"
#include "core/hub.h"
#include "core/observer.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class OutageNotifier final : public Observer {
 public:
  OutageNotifier(uv_loop_t* loop, const Clock& clock, Hub& hub);

  void start();  // the bus counts as down until it reports up
  void stop();
  void on_time_moved();  // a test advanced the clock

  void on_bus_state(BusState state) override;

 private:
  static constexpr uint64_t kPatienceMs = 2000;

  void continue_later(bool more);

  const Clock& clock_;
  Hub& hub_;
  int64_t since_ms_ = 0;  // steady, while the timer runs
  uv::Timer timer_;
  uv::Immediate rest_;  // notifies the other connections, some in each loop iteration
};

}  // namespace hermod
