#include "server/redis_options.h"

#include <cassert>

#include "auth/key_file.h"
#include "base/text_flaw.h"
#include "redis_transport/tls_context.h"

namespace hermod {
namespace {

void set_mode(const Options& options, RedisBusOptions& made) {
  made.mode_automatic = options.redis_pubsub == "auto" && made.url.kind == RedisUrl::Kind::kCluster;
  if (made.mode_automatic || options.redis_pubsub == "sharded") made.mode = PublishMode::kSharded;
}

TlsOptions tls_options(const Options& options) {
  using Verify = TlsOptions::Verify;
  TlsOptions made;
  made.ca_file = options.redis_tls_ca_file;
  made.cert_file = options.redis_tls_cert_file;
  made.key_file = options.redis_tls_key_file;
  made.server_name = options.redis_tls_server_name;
  if (options.redis_tls_verify == "ca") made.verify = Verify::kCa;
  if (options.redis_tls_verify == "none") made.verify = Verify::kNone;
  return made;
}

uint32_t replicas_min(const Options& options, RedisUrl::Kind kind) {
  if (options.redis_replicas_min != Options::kReplicasByUrl) return options.redis_replicas_min;
  return kind == RedisUrl::Kind::kSingle ? 0 : 1;
}

// Reads and checks the file of a password.
class PasswordFile {
 public:
  PasswordFile(std::string_view variable, const std::string& path)
      : variable_(variable), path_(path) {}

  Result<std::string> read(bool production, Log& log) const {
    const auto text = read_key_file(variable_, path_);
    if (!text) return text.error();
    std::string password(without_line_end(text.value()));
    if (password.empty()) return wrong("which is empty, but must contain a password");
    if (password.find_first_of("\r\n") != std::string::npos) {
      return wrong("which has several lines, but must contain only the password");
    }
    if (password.find('\0') != std::string::npos) {
      return wrong("which contains a zero byte, but must contain only the password");
    }
    if (const std::string_view flaw = text_flaw(password); !flaw.empty()) {
      const std::string what = "whose password " + std::string(flaw);
      if (production) return wrong(what + " (only a warning outside ENVIRONMENT=production)");
      log.warning(wrong(what + "; hermod uses the password unchanged: correct it").message);
    }
    return password;
  }

 private:
  Error wrong(const std::string& what) const {
    return {ErrorCode::kConfiguration,
            std::string(variable_) + " names the file " + path_ + ", " + what};
  }

  std::string_view variable_;
  const std::string& path_;
};

}  // namespace

Result<RedisBusOptions> redis_bus_options(const Options& options, Log& log) {
  auto url = RedisUrl::parse(options.redis_url);
  if (!url) return url.error();
  RedisBusOptions made;
  made.url = url.take();
  RedisCredentials& own = made.url.credentials;
  if (!options.redis_user.empty()) own.user = options.redis_user;
  if (!options.redis_password.empty()) own.password = options.redis_password;
  if (const std::string& file = options.redis_password_file; !file.empty()) {
    auto read = PasswordFile("REDIS_PASSWORD_FILE", file).read(options.production(), log);
    if (!read) return read.error();
    own.password = read.take();
  }
  made.sentinel_credentials = {options.redis_sentinel_user, options.redis_sentinel_password};
  if (const std::string& file = options.redis_sentinel_password_file; !file.empty()) {
    auto read = PasswordFile("REDIS_SENTINEL_PASSWORD_FILE", file).read(options.production(), log);
    if (!read) return read.error();
    made.sentinel_credentials.password = read.take();
  }
  if (made.url.tls) {
    auto tls = TlsContext::create(tls_options(options), log);
    if (!tls) return tls.error();
    made.tls = tls.take();
  }
  set_mode(options, made);
  made.replicas_min = replicas_min(options, made.url.kind);
  made.entries_have_hash = made.replicas_min > 0;
  made.replica_wait_ms = options.redis_replica_wait * 1000ULL;
  made.connect_timeout_ms = options.redis_connect_timeout * 1000ULL;
  made.socket_timeout_ms = options.redis_socket_timeout * 1000ULL;
  made.prefix = options.redis_prefix;
  made.publish_channel = options.redis_publish_channel;
  made.listen_channels = options.redis_listen_channels;
  made.idempotency_ttl_s = options.idempotency_ttl_seconds;
  made.notification_ttl_s = options.notification_ttl_seconds;
  made.history_max = options.notification_history_max;
  return made;
}

}  // namespace hermod
