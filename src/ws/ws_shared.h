#pragma once
// What the connections of one server have in common; owned by it.

#include <string>
#include <vector>

#include "auth/verifier.h"
#include "base/clock.h"
#include "base/timer_wheel.h"
#include "core/hub.h"
#include "core/observer.h"
#include "hermod/log.h"
#include "hermod/stats.h"
#include "ws/newcomers.h"
#include "ws/outbox_bound.h"
#include "ws/ws_options.h"

namespace hermod {

class WsPeer;

struct WsShared {
  Now now() const { return {clock.wall_ms(), clock.steady_ms()}; }

  // A connection of this user begins. False: too many did lately.
  [[nodiscard]] bool admit_connect(std::string_view user) {
    return connect_rate.admit(user, hub.options().sessions_per_user_max, clock.steady_ms());
  }

  Hub& hub;
  Verifier& verifier;
  const Clock& clock;
  Log& log;
  Stats& stats;
  WsOptions options;
  TimerWheel wheel;              // one entry a connection: the nearest of its deadlines
  std::vector<WsPeer*> touched;  // to be flushed at the end of the turn; null: gone meanwhile
  std::string scratch;           // what one connection gathers, one after the other
  Observer* observer = nullptr;
  Newcomers newcomers{*this};
  ConnectRate connect_rate{options.connects};
  OutboxBound outbox_bound{*this};
};

}  // namespace hermod
