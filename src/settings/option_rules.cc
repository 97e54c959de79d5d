#include "settings/option_rules.h"

#include <algorithm>

#include "auth/algorithm.h"
#include "base/configuration_error.h"
#include "base/ip_network.h"
#include "kafka/kafka_config.h"
#include "settings/option_value.h"
#include "settings/option_warnings.h"
#include "settings/redis_rules.h"
#include "settings/trace_settings.h"
#include "tracing/otlp_tracer.h"

namespace hermod {
namespace {

// At most one key may be set, and it must be of the kind that the algorithm uses.
Result<void> check_keys(const Options& options) {
  const Algorithm* algorithm = find_algorithm(options.jwt_algorithm);
  if (algorithm == nullptr) return judge_option(*find_option("JWT_ALGORITHM"), options);
  const bool needs_secret = algorithm->family == KeyFamily::kSecret;
  struct Key {
    std::string_view name;
    const std::string& text;
    bool fits;
  };
  const Key keys[] = {{"JWT_SECRET_KEY", options.jwt_secret_key, needs_secret},
                      {"JWT_SECRET_KEY_FILE", options.jwt_secret_key_file, needs_secret},
                      {"JWT_PUBLIC_KEY_FILE", options.jwt_public_key_file, !needs_secret},
                      {"JWT_JWKS_FILE", options.jwt_jwks_file, true}};
  std::string_view set;
  for (const Key& key : keys) {
    if (key.text.empty()) continue;
    if (!key.fits) {
      return configuration_error(std::string(key.name) + " is set, but JWT_ALGORITHM " +
                                 options.jwt_algorithm + " needs " +
                                 (needs_secret ? "a secret" : "a public key"));
    }
    if (!set.empty()) {
      return configuration_error(std::string(set) + " and " + std::string(key.name) +
                                 " are both set: set only one of them");
    }
    set = key.name;
  }
  if (set.empty() && !needs_secret) {
    return configuration_error(
        "JWT_PUBLIC_KEY_FILE or JWT_JWKS_FILE is needed, because JWT_ALGORITHM is " +
        options.jwt_algorithm);
  }
  return {};
}

Result<void> check_presence_topic(const Options& options) {
  const std::string& topic = options.kafka_presence_topic;
  if (topic.empty()) return {};
  const auto& topics = options.kafka_topics;
  if (std::find(topics.begin(), topics.end(), topic) != topics.end()) {
    return configuration_error(
        "KAFKA_PRESENCE_TOPIC is one of KAFKA_TOPICS, so presence events would be consumed as "
        "records: set another topic");
  }
  if (topic != options.kafka_dead_letter_topic) return {};
  return configuration_error(
      "KAFKA_PRESENCE_TOPIC and KAFKA_DEAD_LETTER_TOPIC are the same: set another topic");
}

Result<void> check_kafka(const Options& options) {
  const auto& topics = options.kafka_topics;
  if (topics.empty())
    return configuration_error(
        "KAFKA_TOPICS is empty, but must be a comma-separated list of topic names");
  if (std::find(topics.begin(), topics.end(), options.kafka_dead_letter_topic) != topics.end()) {
    return configuration_error(
        "KAFKA_DEAD_LETTER_TOPIC is one of KAFKA_TOPICS, so dead letters would be consumed again "
        "without end: set another topic");
  }
  if (auto fits = check_presence_topic(options); !fits) return fits;
  for (const auto& [key, value] : options.kafka_config) {
    if (auto allowed = check_kafka_property(key, value); !allowed) return allowed;
    if (key == "group.instance.id" && !options.kafka_group_instance_id.empty()) {
      return configuration_error(
          "KAFKA_GROUP_INSTANCE_ID is set, and KAFKA_CONFIG sets group.instance.id: set only one "
          "of them");
    }
  }
  return {};
}

Result<void> check_admin(const Options& options) {
  if (!options.admin_token.empty() && !options.admin_token_file.empty()) {
    return configuration_error(
        "ADMIN_TOKEN and ADMIN_TOKEN_FILE are both set: set only one of them");
  }
  if (!has_admin_port(options)) return {};
  if (!has_admin_token(options)) {
    return configuration_error(
        "ADMIN_PORT is set, but ADMIN_TOKEN is not: set ADMIN_TOKEN or ADMIN_TOKEN_FILE, which "
        "protects the API and the console of that port");
  }
  if (options.admin_port != 0 && options.admin_port == options.websocket_port) {
    return configuration_error("ADMIN_PORT and WEBSOCKET_PORT are both " +
                               std::to_string(options.admin_port) +
                               ": set another port for operators, or leave ADMIN_PORT unset");
  }
  return {};
}

Result<void> check_proxies(const Options& options) {
  const auto networks = parse_networks("TRUSTED_PROXIES", options.trusted_proxies);
  if (!networks) return networks.error();
  return {};
}

Result<void> check_tracing(const Options& options) {
  if (!options.enable_tracing) return {};
  return OtlpTracer::check(trace_settings(options));
}

Result<void> check_production(const Options& options) {
  if (!options.production()) return {};
  const std::string needed =
      " is needed with ENVIRONMENT=production, where nothing is embedded or generated";
  if (options.redis_url.empty()) return configuration_error("REDIS_URL" + needed);
  if (embeds_kafka(options)) {
    return configuration_error("KAFKA_BOOTSTRAP_SERVERS" + needed);
  }
  if (!has_key(options))
    return configuration_error("JWT_SECRET_KEY, JWT_SECRET_KEY_FILE or JWT_JWKS_FILE" + needed);
  return {};
}

}  // namespace

Result<void> check_options(const Options& options) {
  for (const OptionRow& row : option_table()) {
    if (auto judged = judge_option(row, options); !judged) return judged;
  }
  for (const auto rule : {refuse_suspicious_options, check_keys, check_kafka, check_redis_settings,
                          check_admin, check_proxies, check_tracing, check_production}) {
    if (auto judged = rule(options); !judged) return judged;
  }
  return {};
}

bool has_admin_token(const Options& options) {
  return !options.admin_token.empty() || !options.admin_token_file.empty();
}

bool embeds_kafka(const Options& options) {
  return options.kafka_consume && !options.memory_source && options.kafka_bootstrap_servers.empty();
}

bool has_admin_port(const Options& options) {
  return options.admin_port != Options::kNoPort;
}

bool has_key(const Options& options) {
  return !options.jwt_secret_key.empty() || !options.jwt_secret_key_file.empty() ||
         !options.jwt_public_key_file.empty() || !options.jwt_jwks_file.empty();
}

}  // namespace hermod
