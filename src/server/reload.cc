#include "server/reload.h"

#include "server/component_options.h"
#include "settings/option_reload.h"
#include "settings/option_warnings.h"

namespace hermod {

Result<std::vector<std::string>> reload_components(Components& components, const Options& options) {
  auto upgrade_policy = upgrade_policy_options(options, connections_max(components));
  if (!upgrade_policy) return upgrade_policy.error();
  auto token = admin_token(options, components.log);
  if (!token) return token.error();
  if (auto read = components.verifier->reload(); !read) return read.error();
  std::vector<std::string> left = option_warnings(options);
  Options& now = components.options;
  Options compared = options;
  if (!components.generated_key.empty()) compared.jwt_secret_key = now.jwt_secret_key;
  for (const std::string_view name : settings_to_restart_for(now, compared)) {
    left.push_back(std::string(name) + " has changed and needs a restart to take effect");
  }
  apply_reloadable(options, now);
  upgrade_policy.value().connections_max = connections_max(components);
  components.http_server->set_upgrade_policy_options(upgrade_policy.take());
  components.http_server->set_admin_token(token.take());
  components.hub->set_options(hub_options(now));
  return left;
}

}  // namespace hermod
