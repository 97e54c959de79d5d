// The calls that end connections and revoke tokens.
#include <utility>

#include "fleet/fleet_done.h"
#include "fleet/fleet_service.h"

namespace hermod {

// The revocation is stored first: a connection that begins after the others were asked finds it.
void FleetService::disconnect(const DisconnectRequest& request, Done<size_t> done) {
  if (!request.revoke || !ready()) return end_connections(request, std::move(done));
  uses_.connections.revoke_user(
      request, [this, request, done = std::move(done)](const std::optional<uint32_t>& revoked_s) {
        if (closing_) return;
        if (!revoked_s) return done(unavailable());
        ++uses_.stats.revocations;
        DisconnectRequest stored = request;
        stored.revoked_s = revoked_s;
        end_connections(stored, done);
      });
}

void FleetService::revoke_token(std::string_view jti, Done<Nothing> done) {
  if (!ready()) return later([done = std::move(done)] { done(unavailable()); });
  uses_.transport.revoke_token(
      jti, uses_.connections.revocation_s(),
      [this, id = std::string(jti),
       done = std::move(done)](const std::optional<int64_t>& until_ms) {
        if (!until_ms) return done(unavailable());
        ++uses_.stats.revocations;
        call(RevokeTokenRequest{{id, *until_ms}},
             [done](const FleetCalls::Outcome& outcome) { finish(done, outcome, Nothing{}); });
      });
}

void FleetService::end_connections(const DisconnectRequest& request, Done<size_t> done) {
  call(request, [done = std::move(done)](const FleetCalls::Outcome& outcome) {
    finish(done, outcome, outcome.connections);
  });
}

}  // namespace hermod
