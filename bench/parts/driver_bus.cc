#include "parts/driver_bus.h"

namespace hermod::bench {

bool DriverBus::answer(BusListener& listener) {
  bool any = false;
  while (!subscribed_.empty() || !asked_.empty()) {
    any = true;
    if (!subscribed_.empty()) {
      const std::string user = std::move(subscribed_.front());
      subscribed_.pop_front();
      listener.on_subscribed(user);
    }
    if (!asked_.empty()) {
      const ReplayDone done = std::move(asked_.front());
      asked_.pop_front();
      done(ReplayPage{});
    }
  }
  return any;
}

}  // namespace hermod::bench
