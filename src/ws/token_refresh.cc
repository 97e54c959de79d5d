#include "ws/token_refresh.h"

#include <utility>

#include "ws/ws_shared.h"

namespace hermod {

bool TokenRefresh::admit(int64_t now_ms, int64_t interval_ms) {
  const auto low_ms = static_cast<uint32_t>(now_ms);
  const uint32_t before_ms = std::exchange(refreshed_ms_, low_ms != 0 ? low_ms : 1);
  return before_ms == 0 || low_ms - before_ms >= interval_ms;
}

TokenRefresh::Outcome TokenRefresh::on_token(std::string_view token, std::string_view user,
                                             Instant now, WsShared& shared) {
  if (!admit(now.steady_ms, shared.options.refresh_interval_ms)) {
    ++shared.stats.limits_struck["token_refreshes"];
    return refusal_for(RefusalReason::kRefreshRate);
  }
  const Verdict verdict = shared.verifier.verify(token, now.wall_ms);
  if (const auto* denied = std::get_if<Denied>(&verdict)) {
    ++shared.stats.jwt_validations[label(*denied)];
    return refusal_for(refusal_of(*denied));
  }
  const auto& identity = std::get<Identity>(verdict);
  const UserCut cut{shared.hub.revoked_s(user), shared.hub.options().revocation_s};
  if (is_cut(cut, identity.facts, identity.expires_at_ms, now.wall_ms)) {
    ++shared.stats.jwt_validations[label(Denied::kRevoked)];
    return refusal_for(RefusalReason::kTokenRevoked);
  }
  ++shared.stats.jwt_validations["success"];
  if (identity.user != user) return refusal_for(RefusalReason::kRefreshSubject);
  return identity;
}

}  // namespace hermod
