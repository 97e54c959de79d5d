#include "base/audit.h"

namespace hermod {

void record_admin_action(Audit* audit, const AdminAction& action) {
  if (!is_on(audit)) return;
  audit->record({.kind = AuditEvent::Kind::kAdmin,
                 .user = action.user,
                 .address = action.address,
                 .origin = action.origin,
                 .reason = action.action,
                 .jti = action.jti,
                 .correlation_id = action.correlation_id,
                 .code = action.code});
}

}  // namespace hermod
