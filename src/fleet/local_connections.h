#pragma once
// Port: the connections of this process and their leases, for requests of the fleet. The
// composition in server/ implements it over the hub, the WebSocket server and the bus.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "fleet/fleet.h"
#include "fleet/fleet_transport.h"

namespace hermod {

class LocalConnections {
 public:
  // Without FleetConnection::process.
  virtual std::vector<FleetConnection> find(std::string_view user) = 0;

  // Ends the user's connections that were admitted at the steady time `until_ms` or before. Returns
  // their number. With `request.revoked_s`, it also ends those with a token of that second or
  // before.
  virtual size_t disconnect(const DisconnectRequest& request, int64_t until_ms) = 0;

  // Stores that the user's tokens that were issued in `request.revoked_s` or before are revoked.
  // `done` gets the second that was stored; none: it may not be stored. It is never called inside
  // this call.
  using UserRevoked = std::function<void(const std::optional<uint32_t>& revoked_s)>;
  virtual void revoke_user(const DisconnectRequest& request, UserRevoked done) = 0;

  // Refuses the tokens from now on, and ends the connections that used them. Returns the number of
  // these connections.
  virtual size_t revoke_tokens(const std::vector<RevokedToken>& tokens) = 0;

  // Requests for tokens to be revoked may have been missed: compares the tokens of all connections
  // with what is stored, some in each loop iteration.
  virtual void compare_again() = 0;

  virtual uint32_t revocation_s() const = 0;  // how long a revocation is stored

  // Sends the notice to all connections, some in each loop iteration.
  virtual void broadcast(const BroadcastRequest& request) = 0;

  virtual void stop() = 0;  // notices that are not sent yet are not sent

  // Pings the connections of the user, and ends up to `needed` of them that do not answer.
  virtual void make_room(std::string_view user, size_t needed) = 0;

  // The others considered this process dead, and may have removed its leases.
  virtual void rejoin_all() = 0;
  // Removes the leases of a dead process.
  virtual void sweep(std::string_view process) = 0;
  // A process has left the list at least one report ago; what it wrote last has arrived.
  virtual void on_left(std::string_view /*process*/) {}

 protected:
  ~LocalConnections() = default;
};

}  // namespace hermod
