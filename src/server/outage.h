#pragma once
// Tells the users of a lost bus: once an outage, and only when it has lasted, so that a blink of
// Redis does not make every browser speak (contract section 3, service notices).

#include "bus/bus.h"
#include "core/hub.h"
#include "uv/timer.h"

namespace hermod {

class Outage {
 public:
  Outage(uv_loop_t* loop, Hub& hub);

  void start();  // down until the bus says otherwise
  void on_bus_state(BusState state);
  void stop();

 private:
  static constexpr uint64_t kPatienceMs = 2000;

  Hub& hub_;
  uv::Timer timer_;
};

}  // namespace hermod
