// How a connection is refused after its upgrade, and ended when its token is no longer accepted.
#include <cassert>
#include <string>

#include "ws/connection_report.h"
#include "ws/ws_peer.h"
#include "ws/ws_shared.h"

namespace hermod {

void WsPeer::refuse(const UpgradeRequest& request, const Refusal& refusal) {
  shared().stats.count_refusal(to_string(refusal.error));
  if (refusal.why) report_refused(shared(), *refusal.why, request, admission_.correlation_id());
  close_with(refusal);
}

void WsPeer::refuse_lease() {
  assert(state_ == State::kOpen && !reported_);
  const Refusal refusal = refusal_for(RefusalReason::kConnectionsPerUser);
  report_refused(shared(), *refusal.why, admission_.request(), admission_.correlation_id());
  close_with(refusal);
}

bool WsPeer::outlives(uint32_t revoked_s) {
  const UserCut cut{revoked_s, shared().hub.options().revocation_s};
  const int64_t expires_at_ms = traffic_.deadlines().expires_at_wall_ms();
  if (!is_cut(cut, traffic_.token(), expires_at_ms, shared().now().wall_ms)) return true;
  end_token(RefusalReason::kTokenRevoked);
  return false;
}

void WsPeer::end_token(RefusalReason why) {
  if (!open()) return;
  const std::string address = to_string(address_);
  const std::string name(user());
  // One that waits for its limit counts as refused, in end_wait().
  if (reported_) ++shared().stats.refusals[refusal_row(RefusalReason::kKeyWithdrawn).metric];
  report_refusal(shared().log, shared().options.audit,
                 {.why = why, .value = name, .client = address, .user = name, .connection = id()});
  close_with(refusal_for(why));
}

}  // namespace hermod
