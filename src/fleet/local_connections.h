#pragma once
// Port: the connections of this process and their leases, for requests of the fleet. The
// composition in server/ implements it over the hub, the WebSocket server and the bus.

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

  virtual void stop() = 0;  // notices that are not sent yet are not sent

  // Pings the connections of the user, and ends up to `needed` of them that do not answer.
  virtual void make_room(std::string_view user, size_t needed) = 0;

  // The others considered this process dead, and may have removed its leases.
  virtual void rejoin_all() = 0;
  // Removes the leases of a dead process.
  virtual void sweep(std::string_view process) = 0;

 protected:
  ~LocalConnections() = default;
};

}  // namespace hermod
