#include "server/component_options.h"

#include <algorithm>
#include <cassert>

#include "auth/key_file.h"
#include "base/text_flaw.h"
#include "server/memory_limit.h"
#include "server/version.h"
#include "settings/option_checks.h"
#include "settings/option_rules.h"
#include "settings/trace_settings.h"

namespace hermod {
namespace {

// File descriptors that are reserved for uses other than clients: brokers, files, the loop.
constexpr size_t kDescriptorsReserved = 100;

KeyOptions key_options(const Options& options) {
  KeyOptions keys;
  keys.algorithm = options.jwt_algorithm;
  keys.secret = options.jwt_secret_key;
  keys.secret_file = options.jwt_secret_key_file;
  keys.public_key_file = options.jwt_public_key_file;
  keys.jwks_file = options.jwt_jwks_file;
  keys.short_keys = options.production() && !options.jwt_allow_short_key
                        ? KeyOptions::ShortKeys::kRefused
                        : KeyOptions::ShortKeys::kAllowed;
  keys.flaws = options.production() ? KeyOptions::Flaws::kRefused : KeyOptions::Flaws::kAllowed;
  return keys;
}

}  // namespace

JwtVerifierOptions verifier_options(const Options& options) {
  return {key_options(options),
          {options.jwt_audience, options.jwt_issuer, options.jwt_leeway_seconds}};
}

TokenMinterOptions minter_options(const Options& options) {
  return {key_options(options), options.jwt_audience, options.jwt_issuer};
}

PublishFormat publish_format(const Options& options) {
  if (options.redis_publish_format == "envelope") return PublishFormat::kEnvelope;
  return options.redis_publish_format == "event" ? PublishFormat::kEvent
                                                 : PublishFormat::kNotification;
}

MemoryBusOptions memory_bus_options(const Options& options) {
  MemoryBusOptions made;
  made.idempotency_ttl_s = options.idempotency_ttl_seconds;
  made.notification_ttl_s = options.notification_ttl_seconds;
  made.history_max = options.notification_history_max;
  return made;
}

std::vector<std::string> event_types(const Options& options) {
  if (!options.kafka_event_types.empty()) return options.kafka_event_types;
  std::vector<std::string> types = options.kafka_topics;
  for (const std::string& name : Options().kafka_topics) {
    if (std::ranges::find(types, name) == types.end()) types.push_back(name);
  }
  return types;
}

uint64_t dead_letter_hold_ms(const Options& options) {
  constexpr uint64_t kHoldMinMs = 5000;
  constexpr uint64_t kHoldMaxMs = 900'000;
  return std::clamp<uint64_t>(options.idempotency_ttl_seconds * 1000ULL / 4, kHoldMinMs,
                              kHoldMaxMs);
}

KafkaSourceOptions kafka_source_options(const Options& options) {
  KafkaSourceOptions made;
  made.brokers = options.kafka_bootstrap_servers;
  made.topics = options.kafka_topics;
  made.group = options.kafka_consumer_group;
  made.client_id = options.kafka_consumer_client_id;
  made.group_instance_id = options.kafka_group_instance_id;
  made.properties = options.kafka_config;
  made.dead_letter_topic = options.kafka_dead_letter_topic;
  made.dead_letter_hold_ms = dead_letter_hold_ms(options);
  return made;
}

HubOptions hub_options(const Options& options) {
  assert(!options.kafka_topics.empty());  // check_options() refuses it
  HubOptions made;
  made.sessions_per_user_max = options.websocket_max_connections_per_user;
  made.outbox.messages_max = options.outbox_messages_max;
  made.outbox.bytes_max = options.outbox_bytes_max;
  made.outboxes_bytes_max = options.outbox_total_bytes_max;
  if (made.outboxes_bytes_max == 0) made.outboxes_bytes_max = memory_limit_bytes() / 4;
  made.outbox.policy =
      options.slow_client_policy == "drop_oldest" ? SlowPolicy::kDropOldest : SlowPolicy::kClose;
  made.outbox.stale_ms = std::max(options.notification_ttl_seconds, 60U) * 1000LL;
  made.delivery_ping_ms = options.websocket_delivery_ping_ms;
  made.revocation_s =
      revocation_seconds(options.jwt_lifetime_max_seconds, options.jwt_leeway_seconds);
  made.format = publish_format(options);
  made.topic = options.kafka_topics.front();
  made.service = options.service_name;
  return made;
}

IngestOptions ingest_options(const Options& options) {
  IngestOptions made;
  made.topics = options.kafka_topics;
  made.event_types = event_types(options);
  made.record_max_age_ms = options.record_max_age_seconds * 1000LL;
  made.format = publish_format(options);
  made.record_bytes_max = options.record_bytes_max;
  return made;
}

WsOptions ws_options(const Options& options) {
  WsOptions made;
  made.ping_interval_ms = options.websocket_ping_interval * 1000LL;
  made.pong_timeout_ms = options.websocket_pong_timeout * 1000LL;
  made.idle_timeout_ms = options.websocket_idle_timeout * 1000LL;
  return made;
}

Result<std::string> admin_token(const Options& options, Log& log) {
  if (options.admin_token_file.empty()) return options.admin_token;
  const auto text = read_key_file("ADMIN_TOKEN_FILE", options.admin_token_file);
  if (!text) return text.error();
  std::string token(without_line_end(text.value()));
  const std::string file = "ADMIN_TOKEN_FILE names the file " + options.admin_token_file;
  if (const std::string_view flaw = text_flaw(token); !flaw.empty()) {
    const std::string sentence = file + ", whose token " + std::string(flaw) +
                                 "; hermod uses the token unchanged: correct it";
    if (options.production()) {
      return Error{ErrorCode::kConfiguration,
                   sentence + " (only a warning outside ENVIRONMENT=production)"};
    }
    log.warning(sentence);
  }
  if (option::is_admin_token(token)) return token;
  return Error{
      ErrorCode::kConfiguration,
      file + ", which must contain at least 16 characters of printable ASCII without spaces"};
}

ConsoleOptions console_options(const Options& options) {
  ConsoleOptions made;
  if (!options.production()) made.rights = ConsoleOptions::Rights::kFull;
  return made;
}

PagesOptions public_pages_options(const Options& options, AdminAccess& access) {
  PagesOptions made;
  made.access = &access;
  if (has_admin_port(options)) {
    made.extent = PagesOptions::Extent::kProbes;
    made.details = PagesOptions::Details::kNobody;
  } else if (options.production()) {
    made.details = PagesOptions::Details::kOperators;
  }
  return made;
}

TraceOptions trace_options(const Options& options) {
  TraceOptions made = trace_settings(options);
  made.version = kVersion;
  return made;
}

size_t connections_max(const Options& options, int descriptor_limit) {
  if (options.websocket_max_connections != 0) return options.websocket_max_connections;
  const auto descriptors = static_cast<size_t>(descriptor_limit);
  return std::max<size_t>(descriptors, kDescriptorsReserved + 1) - kDescriptorsReserved;
}

LocalPages local_pages(const Options& options) {
  return options.production() ? LocalPages::kRefused : LocalPages::kAllowed;
}

Result<UpgradePolicyOptions> upgrade_policy_options(const Options& options,
                                                    size_t connections_max) {
  auto proxies = parse_networks("TRUSTED_PROXIES", options.trusted_proxies);
  if (!proxies) return proxies.error();
  UpgradePolicyOptions made;
  made.connections_max = connections_max;
  made.origins = options.cors_origins;
  made.local_pages = local_pages(options);
  made.trusted_proxies = proxies.take();
  return made;
}

}  // namespace hermod
