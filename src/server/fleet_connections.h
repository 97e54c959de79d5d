#pragma once
// The connections of this process and their leases, for the requests of all processes. Owned by the
// composition.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "auth/revoked_tokens.h"
#include "base/clock.h"
#include "bus/bus.h"
#include "core/hub.h"
#include "fleet/local_connections.h"
#include "hermod/options.h"
#include "uv/immediate.h"
#include "ws/ws_server.h"

namespace hermod {

class FleetConnections final : public LocalConnections {
 public:
  FleetConnections(uv_loop_t* loop, const Clock& clock, const Options& options, Bus& bus, Hub& hub,
                   WsServer& ws, RevokedTokens& revoked);

  std::vector<FleetConnection> find(std::string_view user) override;
  size_t disconnect(const DisconnectRequest& request, int64_t until_ms) override;
  void revoke_user(const DisconnectRequest& request, UserRevoked done) override;
  size_t revoke_tokens(const std::vector<RevokedToken>& tokens) override;
  void compare_again() override;
  uint32_t revocation_s() const override { return hub_.options().revocation_s; }
  void broadcast(const BroadcastRequest& request) override;
  void stop() override { rest_.cancel(); }
  void make_room(std::string_view user, size_t needed) override { ws_.probe_quota(user, needed); }
  void rejoin_all() override { bus_.rejoin_all(); }
  void sweep(std::string_view process) override { bus_.sweep(process); }
  void on_left(std::string_view process) override;

 private:
  void work();
  void broadcast_some();
  void compare_some();
  std::string shown(const IpAddress& address) const;

  const Clock& clock_;
  const Options& options_;
  Bus& bus_;
  Hub& hub_;
  WsServer& ws_;
  RevokedTokens& revoked_;
  struct Pending {
    Broadcast notice;
    std::vector<std::string> users;  // that were connected when it arrived, and are left
  };
  std::deque<Pending> broadcasts_;       // the oldest first
  std::vector<std::string> to_compare_;  // the users whose revocation is to be read again
  uv::Immediate rest_;
};

}  // namespace hermod
