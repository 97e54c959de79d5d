#include "support/redis_server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "support/free_port.h"
#include "support/redis_configuration.h"

namespace hermod::test {
namespace {

constexpr int kStartMsMax = 10'000;

std::string percent_encoded(const std::string& text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    encoded += plain ? std::string(1, c) : std::string(code);
  }
  return encoded;
}

}  // namespace

std::string redis_credentials(const RedisServerOptions& options) {
  if (options.password.empty()) return "";
  return percent_encoded(options.user) + ":" + percent_encoded(options.password) + "@";
}

RedisServer::RedisServer(RedisServerOptions options) : options_(std::move(options)) {
  start();
}

RedisServer::~RedisServer() {
  kill();
}

std::string RedisServer::url() const {
  if (options_.listen == RedisServerOptions::Listen::kUnix) return "unix://" + path("redis.sock");
  const std::string scheme = options_.tls ? "rediss://" : "redis://";
  return scheme + redis_credentials(options_) + "127.0.0.1:" + std::to_string(port_);
}

void RedisServer::kill() {
  cli_.disconnect();
  frozen_ = false;
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisServer::choose_ports() {
  const std::vector<uint16_t> ports = free_ports(2);
  const bool tcp = options_.listen == RedisServerOptions::Listen::kTcp;
  port_ = tcp ? ports[0] : 0;
  cluster_port_ = ports[1];
}

// Sentinel, and Redis for a sentinel, write their state to this file, so it is written only once.
void RedisServer::write_configuration() const {
  const RedisPorts ports{.port = port_, .cluster_port = cluster_port_};
  directory_.write("redis.conf", redis_configuration(options_, ports, directory_.path().string()));
}

// If another process binds a free port before the server does, other ports are tried. A server that
// is started again keeps its port.
void RedisServer::start() {
  const bool first = cluster_port_ == 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    if (first) {
      choose_ports();
      write_configuration();
    }
    spawn();
    const bool by_path = options_.tls || options_.listen == RedisServerOptions::Listen::kUnix;
    cli_.set_address({.path = by_path ? path("redis.sock") : "",
                      .port = port_,
                      .user = options_.user,
                      .password = options_.password});
    for (int i = 0; i < kStartMsMax; ++i) {
      if (cli_.command({"PING"}) == "PONG") return;
      if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
        pid_ = -1;
        break;
      }
      ::poll(nullptr, 0, 1);  // between two attempts
    }
    kill();
  }
  std::cerr << "redis-server did not start:\n" << log();
  throw std::runtime_error("redis-server does not start");
}

void RedisServer::start_empty() {
  std::filesystem::remove_all(path("appendonlydir"));
  std::filesystem::remove(path("dump.rdb"));
  start();
}

void RedisServer::freeze() {
  ::kill(pid_, SIGSTOP);
  frozen_ = true;
}

void RedisServer::thaw() {
  ::kill(pid_, SIGCONT);
  frozen_ = false;
}

void RedisServer::spawn() {
  const bool sentinel = options_.mode == RedisServerOptions::Mode::kSentinel;
  std::vector<std::string> words = {sentinel ? "redis-sentinel" : "redis-server",
                                    path("redis.conf")};
  words.insert(words.end(), options_.arguments.begin(), options_.arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string log_path = path("log");

  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  const int out = open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0U, 0);  // hiredis' sockets are not close-on-exec
  execvp(argv[0], argv.data());
  _exit(127);
}

void RedisServer::reload_certificate() {
  if (!options_.tls) throw std::runtime_error("the server has no certificate");
  const TlsCertificate& own = options_.tls->certificate;
  const std::string reply = command(
      {"CONFIG", "SET", "tls-cert-file", own.certificate_file, "tls-key-file", own.key_file});
  if (reply != "OK") throw std::runtime_error("Redis keeps its certificate: " + reply);
}

std::string RedisServer::command(const std::vector<std::string>& words) {
  return running() ? cli_.command(words) : "(no server)";
}

std::vector<std::string> RedisServer::elements(const std::vector<std::string>& words) {
  return running() ? cli_.elements(words) : std::vector<std::string>{};
}

std::string RedisServer::info(const std::string& name) {
  std::istringstream lines(command({"INFO"}));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name + ":")) continue;
    line.erase(0, name.size() + 1);
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }
  return "";
}

std::string RedisServer::log() const {
  std::ostringstream text;
  text << std::ifstream(path("log")).rdbuf();
  return text.str();
}

}  // namespace hermod::test
