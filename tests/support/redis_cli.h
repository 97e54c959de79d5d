#pragma once
// A blocking connection to a Redis server of a test, for assertions and for the commands of an
// operator. It connects at the first command, and again when the connection was lost.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

struct redisContext;
struct redisReply;

namespace hermod::test {

class RedisCli {
 public:
  RedisCli() = default;
  ~RedisCli();
  RedisCli(const RedisCli&) = delete;
  RedisCli& operator=(const RedisCli&) = delete;

  // The address of a server: a path, or a port of 127.0.0.1 if the path is empty. An empty password
  // sends no AUTH, an empty user authenticates the default user.
  struct Address {
    std::string path;
    uint16_t port = 0;
    std::string user, password;
  };
  void set_address(Address address);
  void disconnect();

  // The reply as a string: numbers as digits, nil as "(nil)", errors as "(error) ...", arrays with
  // one element per line, "(lost)" without a reply.
  std::string command(const std::vector<std::string>& words);
  // The elements of an array, each as such a string. Empty if the reply is not an array.
  std::vector<std::string> elements(const std::vector<std::string>& words);

 private:
  bool connect();
  void send(const std::vector<std::string>& words,
            const std::function<void(const redisReply*)>& read);

  Address address_;
  redisContext* context_ = nullptr;
};

}  // namespace hermod::test
