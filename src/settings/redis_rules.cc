#include "settings/redis_rules.h"

#include <cassert>
#include <string_view>

#include "base/configuration_error.h"
#include "redis/redis_url.h"
#include "redis_schema/channel_pattern.h"

namespace hermod {
namespace {

using Kind = RedisUrl::Kind;

struct Named {
  std::string_view name;
  const std::string& text;
};

Error both(std::string_view one, std::string_view other) {
  return configuration_error(std::string(one) + " and " + std::string(other) +
                             " are both set: set only one of them");
}

std::vector<Named> credential_settings(const Options& options) {
  return {{"REDIS_USER", options.redis_user},
          {"REDIS_PASSWORD", options.redis_password},
          {"REDIS_PASSWORD_FILE", options.redis_password_file}};
}

std::vector<Named> sentinel_settings(const Options& options) {
  return {{"REDIS_SENTINEL_USER", options.redis_sentinel_user},
          {"REDIS_SENTINEL_PASSWORD", options.redis_sentinel_password},
          {"REDIS_SENTINEL_PASSWORD_FILE", options.redis_sentinel_password_file}};
}

std::vector<Named> tls_settings(const Options& options) {
  return {{"REDIS_TLS_CA_FILE", options.redis_tls_ca_file},
          {"REDIS_TLS_CERT_FILE", options.redis_tls_cert_file},
          {"REDIS_TLS_KEY_FILE", options.redis_tls_key_file},
          {"REDIS_TLS_SERVER_NAME", options.redis_tls_server_name}};
}

// A user and a password, each given at most once and not one without the other. `settings` are the
// variables of the user, the password and its file.
Result<void> check_credentials(const std::vector<Named>& settings, const RedisCredentials& in_url) {
  assert(settings.size() == 3);
  const Named& user = settings[0];
  const Named& password = settings[1];
  const Named& file = settings[2];
  if (!password.text.empty() && !file.text.empty()) return both(password.name, file.name);
  if (!in_url.user.empty() && !user.text.empty()) {
    return configuration_error(std::string(user.name) +
                               " is set, but REDIS_URL contains a user: remove one");
  }
  for (const Named& setting : {password, file}) {
    if (in_url.password.empty() || setting.text.empty()) continue;
    return configuration_error(std::string(setting.name) +
                               " is set, but REDIS_URL contains a password: remove one");
  }
  const bool has_password =
      !in_url.password.empty() || !password.text.empty() || !file.text.empty();
  if (has_password) return {};
  const std::string needed = std::string(password.name) + " or " + std::string(file.name);
  if (!user.text.empty()) {
    return configuration_error(std::string(user.name) + " needs a password: set " + needed);
  }
  if (!in_url.user.empty()) {
    return configuration_error(
        "REDIS_URL contains a user without a password: write user:password@ (a password alone is "
        ":password@), or set " +
        needed);
  }
  return {};
}

Result<void> check_sentinel(const Options& options, const RedisUrl& url) {
  if (url.kind == Kind::kSentinel) return check_credentials(sentinel_settings(options), {});
  for (const Named& setting : sentinel_settings(options)) {
    if (setting.text.empty()) continue;
    return configuration_error(std::string(setting.name) +
                               " is set, but REDIS_URL names no sentinels (redis+sentinel://)");
  }
  return {};
}

Result<void> check_tls(const Options& options, const RedisUrl& url) {
  const auto alone = [](std::string_view one, std::string_view other) {
    return configuration_error(std::string(one) + " needs " + std::string(other) +
                               ", which is not set");
  };
  const bool cert = !options.redis_tls_cert_file.empty();
  const bool key = !options.redis_tls_key_file.empty();
  if (cert && !key) return alone("REDIS_TLS_CERT_FILE", "REDIS_TLS_KEY_FILE");
  if (key && !cert) return alone("REDIS_TLS_KEY_FILE", "REDIS_TLS_CERT_FILE");
  if (options.production() && options.redis_tls_verify == "none") {
    return configuration_error(
        "REDIS_TLS_VERIFY is none, which is refused with ENVIRONMENT=production: set full or ca");
  }
  if (url.tls) return {};
  for (const Named& setting : tls_settings(options)) {
    if (setting.text.empty()) continue;
    return configuration_error(std::string(setting.name) +
                               " is set, but REDIS_URL does not use TLS: begin it with rediss");
  }
  if (options.redis_tls_verify != Options().redis_tls_verify) {
    return configuration_error(
        "REDIS_TLS_VERIFY is set, but REDIS_URL does not use TLS: begin it with rediss");
  }
  return {};
}

}  // namespace

Result<void> check_redis_settings(const Options& options) {
  if (auto fit = check_channels(options.redis_publish_channel, options.redis_listen_channels,
                                options.redis_prefix);
      !fit) {
    return fit;
  }
  if (options.redis_url.empty()) return {};
  const auto parsed = RedisUrl::parse(options.redis_url);
  if (!parsed) return parsed.error();
  const RedisUrl& url = parsed.value();
  if (auto ok = check_credentials(credential_settings(options), url.credentials); !ok) return ok;
  if (auto ok = check_sentinel(options, url); !ok) return ok;
  if (auto ok = check_tls(options, url); !ok) return ok;
  if (options.redis_pubsub == "sharded" && url.kind != Kind::kCluster) {
    return configuration_error(
        "REDIS_PUBSUB is sharded, which needs a cluster: REDIS_URL must begin with " +
        std::string(url.tls ? "rediss" : "redis") + "+cluster://");
  }
  return {};
}

std::vector<std::string> idle_redis_settings(const Options& options) {
  std::vector<std::string> sentences;
  if (!options.redis_url.empty()) return sentences;
  for (const auto settings : {credential_settings, sentinel_settings, tls_settings}) {
    for (const Named& setting : settings(options)) {
      if (setting.text.empty()) continue;
      sentences.push_back(std::string(setting.name) +
                          " has no effect, because REDIS_URL is not set");
    }
  }
  return sentences;
}

}  // namespace hermod
