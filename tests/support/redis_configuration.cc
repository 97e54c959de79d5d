#include "support/redis_configuration.h"

namespace hermod::test {
namespace {

class Lines {
 public:
  void add(const std::string& line) { text_ += line + '\n'; }
  void add(const std::string& name, const std::string& value) { add(name + ' ' + value); }
  void add(const std::string& name, uint16_t value) { add(name, std::to_string(value)); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void add_address(Lines& lines, const RedisServerOptions& options, const RedisPorts& ports,
                 const std::string& directory) {
  lines.add(options.tls ? "tls-port" : "port", ports.port);
  if (options.tls) lines.add("port 0");
  lines.add("bind 127.0.0.1");
  lines.add("dir", directory);
  // Also the access of the test to a server whose port speaks only TLS.
  lines.add("unixsocket", directory + "/redis.sock");
}

void add_tls(Lines& lines, const RedisTls& tls) {
  const bool needed = tls.clients == RedisTls::Clients::kNeedCertificate;
  lines.add("tls-cert-file", tls.certificate.certificate_file);
  lines.add("tls-key-file", tls.certificate.key_file);
  lines.add("tls-ca-cert-file", tls.ca_file);
  lines.add("tls-auth-clients", needed ? "yes" : "no");
  lines.add("tls-replication yes");
}

// A master and a replica change roles, so both know the password for the other.
void add_access(Lines& lines, const RedisServerOptions& options) {
  if (options.password.empty()) return;
  if (options.user.empty()) {
    lines.add("requirepass", redis_quoted(options.password));
  } else {
    lines.add("user default off");
    lines.add("user",
              options.user + " on " + redis_quoted(">" + options.password) + " ~* &* +@all");
  }
  if (options.mode == RedisServerOptions::Mode::kSentinel) return;
  lines.add("masterauth", redis_quoted(options.password));
  if (!options.user.empty()) lines.add("masteruser", options.user);
}

void add_data(Lines& lines, const RedisServerOptions& options) {
  lines.add("save \"\"");
  if (options.data == RedisServerOptions::Data::kKept) {
    lines.add("appendonly yes");
    lines.add("appendfsync always");
  }
  lines.add("repl-diskless-sync-delay 0");
  if (options.replica_of != 0) lines.add("replicaof 127.0.0.1", options.replica_of);
}

}  // namespace

std::string redis_quoted(const std::string& word) {
  std::string text = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

std::string redis_configuration(const RedisServerOptions& options, const RedisPorts& ports,
                                const std::string& directory) {
  Lines lines;
  add_address(lines, options, ports, directory);
  if (options.tls) add_tls(lines, *options.tls);
  add_access(lines, options);
  if (options.mode != RedisServerOptions::Mode::kSentinel) add_data(lines, options);
  if (options.mode == RedisServerOptions::Mode::kClusterNode) {
    lines.add("cluster-enabled yes");
    lines.add("cluster-port", ports.cluster_port);
    if (options.tls) lines.add("tls-cluster yes");
  }
  for (const std::string& line : options.configuration) lines.add(line);
  return lines.text();
}

}  // namespace hermod::test
