#pragma once
// Tells the users of a lost bus: once an outage, and only when it has lasted, so that a blink of
// Redis does not make every browser speak (protocol section 3, service notices).

#include "base/clock.h"
#include "bus/bus.h"
#include "core/hub.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class OutageNotifier {
 public:
  OutageNotifier(uv_loop_t* loop, const Clock& clock, Hub& hub);

  void start();  // down until the bus says otherwise
  void on_bus_state(BusState state);
  void stop();
  void on_time_moved();  // the clock was advanced

 private:
  static constexpr uint64_t kPatienceMs = 2000;

  void go_on(bool more);

  const Clock& clock_;
  Hub& hub_;
  int64_t since_ms_ = 0;  // steady, while the timer runs
  uv::Timer timer_;
  uv::Immediate rest_;  // of the connections that are told, some in each iteration
};

}  // namespace hermod
