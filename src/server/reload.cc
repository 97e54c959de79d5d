#include "server/reload.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <variant>

#include "server/component_options.h"
#include "settings/option_rules.h"
#include "settings/option_table.h"
#include "settings/option_warnings.h"

namespace hermod {
namespace {

constexpr std::string_view kTakenOver[] = {
    "LOG_LEVEL",
    "WEBSOCKET_MAX_CONNECTIONS_PER_USER",
    "WEBSOCKET_MAX_CONNECTIONS",
    "OUTBOX_MESSAGES_MAX",
    "OUTBOX_BYTES_MAX",
    "OUTBOX_TOTAL_BYTES_MAX",
    "SLOW_CLIENT_POLICY",
    "CORS_ORIGINS",
    "TRUSTED_PROXIES",
    "ADMIN_TOKEN",
    "ADMIN_TOKEN_FILE",
    "WEBSOCKET_DELIVERY_PING_MS",
    "DRAIN_SECONDS",
    "ENABLE_METRICS",
};

bool same(const OptionRow& row, const Options& a, const Options& b) {
  return std::visit(
      [&](auto field) {
        if constexpr (std::is_same_v<decltype(field), KafkaConfigField>) {
          return a.kafka_config == b.kafka_config;
        } else {
          return a.*field == b.*field;
        }
      },
      row.field);
}

}  // namespace

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
  for (const OptionRow& row : option_table()) {
    if (same(row, now, compared)) continue;
    if (std::ranges::find(kTakenOver, row.name) == std::end(kTakenOver)) {
      left.push_back(std::string(row.name) + " has changed and needs a restart to take effect");
    }
  }
  now.websocket_max_connections_per_user = options.websocket_max_connections_per_user;
  now.websocket_max_connections = options.websocket_max_connections;
  now.websocket_delivery_ping_ms = options.websocket_delivery_ping_ms;
  now.outbox_messages_max = options.outbox_messages_max;
  now.outbox_bytes_max = options.outbox_bytes_max;
  now.outbox_total_bytes_max = options.outbox_total_bytes_max;
  now.slow_client_policy = options.slow_client_policy;
  now.cors_origins = options.cors_origins;
  now.trusted_proxies = options.trusted_proxies;
  now.drain_seconds = options.drain_seconds;
  now.enable_metrics = options.enable_metrics;
  upgrade_policy.value().connections_max = connections_max(components);
  now.admin_token = options.admin_token;
  now.admin_token_file = options.admin_token_file;
  components.http_server->set_upgrade_policy_options(upgrade_policy.take());
  components.http_server->set_admin_token(token.take());
  components.hub->set_options(hub_options(now));
  return left;
}

}  // namespace hermod
