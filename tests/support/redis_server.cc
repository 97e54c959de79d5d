#include "support/redis_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace hermod::test {
namespace {

uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  bind(fd, reinterpret_cast<sockaddr*>(&address), length);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  close(fd);
  return ntohs(address.sin_port);
}

std::string text_of(const redisReply* reply) {
  if (reply == nullptr) return "(lost)";
  switch (reply->type) {
    case REDIS_REPLY_INTEGER:
      return std::to_string(reply->integer);
    case REDIS_REPLY_NIL:
      return "(nil)";
    case REDIS_REPLY_ERROR:
      return "(error) " + std::string(reply->str, reply->len);
    case REDIS_REPLY_ARRAY: {
      std::string text;
      for (size_t i = 0; i < reply->elements; ++i) {
        if (i > 0) text += '\n';
        text += text_of(reply->element[i]);
      }
      return text;
    }
    default:
      return {reply->str, reply->len};
  }
}

}  // namespace

RedisServer::RedisServer(RedisServerOptions options) : options_(std::move(options)) {
  const char* base = std::getenv("TMPDIR");
  directory_ = std::string(base != nullptr ? base : "/tmp") + "/hermod-redis-XXXXXX";
  if (mkdtemp(directory_.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  start();
}

RedisServer::~RedisServer() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string RedisServer::url() const {
  if (options_.listen == RedisServerOptions::Listen::kUnix) return "unix://" + socket_path();
  const std::string credentials = options_.password.empty() ? "" : ":" + options_.password + "@";
  return "redis://" + credentials + "127.0.0.1:" + std::to_string(port_);
}

void RedisServer::kill() {
  if (client_ != nullptr) redisFree(client_);
  client_ = nullptr;
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

// If another process binds the free port before the server does, another port is tried.
void RedisServer::start() {
  const bool fresh = port_ == 0 && options_.listen == RedisServerOptions::Listen::kTcp;
  for (int attempt = 0; attempt < 5; ++attempt) {
    if (fresh) port_ = free_port();
    spawn();
    for (int i = 0; i < 5000; ++i) {
      if (answers()) return;
      if (waitpid(pid_, nullptr, WNOHANG) == pid_) break;
      ::poll(nullptr, 0, 1);  // between two attempts
    }
    pid_ = -1;
  }
  throw std::runtime_error("redis-server does not start");
}

void RedisServer::start_empty() {
  std::filesystem::remove_all(directory_ + "/appendonlydir");
  start();
}

void RedisServer::freeze() {
  ::kill(pid_, SIGSTOP);
}

void RedisServer::thaw() {
  ::kill(pid_, SIGCONT);
}

void RedisServer::spawn() {
  std::vector<std::string> words = {"redis-server", "--port",           std::to_string(port_),
                                    "--bind",       "127.0.0.1",        "--dir",
                                    directory_,     "--save",           "",
                                    "--logfile",    directory_ + "/log"};
  const auto add = [&words](std::initializer_list<std::string> more) {
    words.insert(words.end(), more);
  };
  if (options_.listen == RedisServerOptions::Listen::kUnix) add({"--unixsocket", socket_path()});
  if (options_.data == RedisServerOptions::Data::kKept) {
    add({"--appendonly", "yes", "--appendfsync", "always"});
  }
  if (!options_.password.empty()) add({"--requirepass", options_.password});
  words.insert(words.end(), options_.arguments.begin(), options_.arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  const int null = open("/dev/null", O_RDWR);
  dup2(null, STDOUT_FILENO);
  execvp(argv[0], argv.data());
  _exit(127);
}

bool RedisServer::answers() {
  if (client_ != nullptr) redisFree(client_);
  const timeval patience{5, 0};
  client_ = options_.listen == RedisServerOptions::Listen::kUnix
                ? redisConnectUnixWithTimeout(socket_path().c_str(), patience)
                : redisConnectWithTimeout("127.0.0.1", port_, patience);
  const bool connected = client_ != nullptr && client_->err == 0;
  if (connected && !options_.password.empty()) command({"AUTH", options_.password});
  if (connected && command({"PING"}) == "PONG") return true;
  if (client_ != nullptr) redisFree(client_);
  client_ = nullptr;
  return false;
}

std::string RedisServer::command(const std::vector<std::string>& arguments) {
  if (client_ == nullptr) return "(no server)";
  std::vector<const char*> texts;
  std::vector<size_t> lengths;
  for (const std::string& argument : arguments) {
    texts.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  auto* reply = static_cast<redisReply*>(
      redisCommandArgv(client_, static_cast<int>(texts.size()), texts.data(), lengths.data()));
  std::string text = text_of(reply);
  if (reply != nullptr) freeReplyObject(reply);
  return text;
}

}  // namespace hermod::test
