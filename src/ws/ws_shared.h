#pragma once
// The state that all connections of one WsServer share: its dependencies, the timer wheel, the list
// of connections to flush, and their common limits. Owned by WsServer.

#include <string>
#include <vector>

#include "auth/verifier.h"
#include "base/clock.h"
#include "base/timer_wheel.h"
#include "core/hub.h"
#include "hermod/log.h"
#include "hermod/stats.h"
#include "ws/connect_rate.h"
#include "ws/connection_limits.h"
#include "ws/ws_options.h"

namespace hermod {

class WsPeer;

struct WsShared {
  Instant now() const { return {clock.wall_ms(), clock.steady_ms()}; }

  // Counts a new connection of this user. False: the user connected too often.
  [[nodiscard]] bool admit_connect(std::string_view user) {
    return connect_rate.admit(user, hub.options().sessions_per_user_max, clock.steady_ms());
  }

  Hub& hub;
  Verifier& verifier;
  const Clock& clock;
  Log& log;
  Stats& stats;
  ConnectionLimits& limits;
  WsOptions options;
  TimerWheel wheel;               // one entry per connection: its nearest deadline
  std::vector<WsPeer*> to_flush;  // to flush at the end of the loop iteration; null: removed
  std::string scratch;            // write buffer, used by one connection at a time
  ConnectRate connect_rate{options.connects};
};

}  // namespace hermod
