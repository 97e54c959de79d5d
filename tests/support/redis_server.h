#pragma once
// A redis-server for one test: a child process on a free loopback port or a Unix socket, with its
// own directory. The destructor ends the process and deletes the directory. The test can kill the
// server, start it again with or without its data, and freeze it. command() queries it directly,
// for assertions. redis_cluster.h and redis_sentinels.h consist of such servers.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/redis_cli.h"
#include "support/scratch_dir.h"
#include "support/tls_authority.h"

namespace hermod::test {

// The certificate of a server, which also identifies it to other servers.
struct RedisTls {
  std::string ca_file;
  TlsCertificate certificate;
  enum class Clients { kNeedNoCertificate, kNeedCertificate } clients = Clients::kNeedNoCertificate;
};

struct RedisServerOptions {
  enum class Listen { kTcp, kUnix } listen = Listen::kTcp;
  enum class Data {
    kVolatile,
    kKept
  } data = Data::kVolatile;  // kKept: survives kill() and start()
  std::string password = {};
  // More arguments of redis-server: {"--maxmemory", "2mb"}.
  std::vector<std::string> arguments = {};
  // Has the password and all rights; the default user is then off.
  std::string user = {};
  // The port speaks only TLS.
  std::optional<RedisTls> tls = {};
  // The port of the master, which has the same password and TLS.
  uint16_t replica_of = 0;
  // More lines of the configuration file.
  std::vector<std::string> configuration = {};
  enum class Mode { kServer, kClusterNode, kSentinel } mode = Mode::kServer;
};

class RedisServer {
 public:
  explicit RedisServer(RedisServerOptions options = {});  // returns when the server replies
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::string url() const;  // with the user and the password
  uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }         // -1 after kill()
  bool running() const { return pid_ > 0; }  // until kill(); true while frozen
  bool responsive() const { return running() && !frozen_; }

  void kill();         // SIGKILL, reaped
  void start();        // on the same port; with the data if it is kKept
  void start_empty();  // on the same port, without data; a cluster node keeps its id and slots
  void freeze();       // SIGSTOP
  void thaw();         // SIGCONT

  // Redis reads the files of its certificate again. Open connections stay.
  void reload_certificate();

  // The reply as RedisCli describes it; "(no server)" after kill(). Do not use it while frozen.
  std::string command(const std::vector<std::string>& words);
  std::vector<std::string> elements(const std::vector<std::string>& words);
  // One line of INFO: info("role") is "master" or "slave". Empty if there is no such line.
  std::string info(const std::string& name);
  std::string log() const;  // what the server wrote to its log

 private:
  void choose_ports();
  void write_configuration() const;
  void spawn();
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }

  RedisServerOptions options_;
  ScratchDir directory_;
  uint16_t port_ = 0;
  uint16_t cluster_port_ = 0;
  pid_t pid_ = -1;
  bool frozen_ = false;
  RedisCli cli_;
};

// "user:password@", percent-encoded, for the URL of a server. Empty without a password.
std::string redis_credentials(const RedisServerOptions& options);

}  // namespace hermod::test
