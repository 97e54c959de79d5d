#include "server/reload.h"

#include "server/component_options.h"
#include "settings/option_reload.h"
#include "settings/option_warnings.h"

namespace hermod {
namespace {

std::vector<std::string> warnings_of(const ReloadTargets& targets, const Options& options) {
  std::vector<std::string> warnings = option_warnings(options);
  Options wanted = options;
  if (targets.key_is_generated) wanted.jwt_secret_key = targets.options.jwt_secret_key;
  for (const std::string_view name : settings_to_restart_for(targets.options, wanted)) {
    warnings.push_back(std::string(name) + " has changed and needs a restart to take effect");
  }
  return warnings;
}

std::string joined(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

// Names the settings, never their values. The reload that ends the audit log is still in it.
void audit_reload(AuditLog& audit, const std::string& changed, bool on_after) {
  if (on_after) audit.set_on(true);
  if (audit.on()) {
    audit.record({.kind = AuditEvent::Kind::kReload,
                  .reason = changed.empty() ? "no setting changed" : changed});
  }
  audit.set_on(on_after);
}

}  // namespace

Result<std::vector<std::string>> apply_reload(const ReloadTargets& targets,
                                              const Options& options) {
  auto upgrade_policy =
      upgrade_policy_options(options, connections_max(options, targets.descriptor_limit));
  if (!upgrade_policy) return upgrade_policy.error();
  auto token = admin_token(options, targets.log);
  if (!token) return token.error();
  if (targets.redis_tls != nullptr) {
    if (auto read = targets.redis_tls->reload(); !read) return read.error();
  }
  if (auto read = targets.verifier.reload(); !read) return read.error();
  std::vector<std::string> warnings = warnings_of(targets, options);
  const std::string changed = joined(settings_to_apply(targets.options, options));
  apply_reloadable(options, targets.options);
  audit_reload(targets.audit, changed, targets.options.audit_log);
  upgrade_policy.value().local_pages = local_pages(targets.options);
  if (targets.admin_http_server != nullptr) {
    targets.admin_http_server->set_upgrade_policy_options(upgrade_policy.value());
  }
  targets.http_server.set_upgrade_policy_options(upgrade_policy.take());
  targets.admin_access.set_token(token.take());
  targets.hub.set_options(hub_options(targets.options));
  if (targets.options.jwt_end_withdrawn_keys) targets.ws.end_withdrawn_keys();
  return warnings;
}

}  // namespace hermod
