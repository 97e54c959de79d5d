#pragma once
// Port: the connections of this process, for requests of the fleet. The composition in server/
// implements it over the hub and the WebSocket server.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "fleet/fleet.h"

namespace hermod {

class LocalConnections {
 public:
  // Without FleetConnection::process.
  virtual std::vector<FleetConnection> find(std::string_view user) = 0;

  // Ends the user's connections that were admitted at the steady time `until_ms` or before. Returns
  // their number.
  virtual size_t disconnect(const DisconnectRequest& request, int64_t until_ms) = 0;

  // Sends the notice to all connections, some in each loop iteration.
  virtual void broadcast(const BroadcastRequest& request) = 0;

 protected:
  ~LocalConnections() = default;
};

}  // namespace hermod
