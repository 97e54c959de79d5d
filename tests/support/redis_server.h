#pragma once
// A redis-server for one test: a child process on a free loopback port or a Unix socket, with its
// own directory. The destructor ends the process and deletes the directory. The test can kill the
// server, start it again with or without its data, and freeze it. command() queries it directly,
// for assertions.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

struct redisContext;

namespace hermod::test {

struct RedisServerOptions {
  enum class Listen { kTcp, kUnix } listen = Listen::kTcp;
  enum class Data {
    kVolatile,
    kKept
  } data = Data::kVolatile;  // kKept: survives kill() and start()
  std::string password;
  std::vector<std::string> arguments;  // more arguments of redis-server: {"--maxmemory", "2mb"}
};

class RedisServer {
 public:
  explicit RedisServer(RedisServerOptions options = {});  // returns when the server replies
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::string url() const;  // with the password
  uint16_t port() const { return port_; }

  void kill();         // SIGKILL, reaped
  void start();        // on the same port; with the data if it is kKept
  void start_empty();  // on the same port, without data
  void freeze();       // SIGSTOP
  void thaw();

  // The reply as a string: numbers as digits, nil as "(nil)", errors as "(error) ...", arrays with
  // one element per line.
  std::string command(const std::vector<std::string>& arguments);

 private:
  void spawn();
  bool answers();
  std::string socket_path() const { return directory_ + "/redis.sock"; }

  RedisServerOptions options_;
  std::string directory_;
  uint16_t port_ = 0;
  pid_t pid_ = -1;
  redisContext* client_ = nullptr;
};

}  // namespace hermod::test
