#pragma once
// The server, and what is said to it.

#include <sys/socket.h>

#include <optional>
#include <string>

#include "kit/epoll.h"
#include "kit/token.h"
#include "kit/url.h"

namespace hermod::bench {

struct TargetOptions {
  std::string url;
  std::string key_file;  // empty: {token} is empty
  TokenClaims claims;
  std::string hello;     // a first text for the server, {user} and {token} filled in; empty: none
  unsigned sources = 4;  // loopback addresses to connect from: each has 28,000 ports
};

class Target {
 public:
  explicit Target(TargetOptions options);  // ends the program where the URL or key is no good

  // A socket on its way there; `number` chooses the address it comes from.
  Fd connect(size_t number, int receive_buffer) const;

  std::string token(const std::string& user) const;
  std::string request(const std::string& user, const std::string& token) const;
  std::string hello(const std::string& user, const std::string& token) const;

  // Whether this response head is the right answer to request().
  bool agreed(std::string_view head) const;

 private:
  void resolve();

  TargetOptions options_;
  Url url_;
  std::optional<TokenMint> mint_;
  sockaddr_storage address_{};
  socklen_t address_size_ = 0;
  bool loopback_ = false;
};

}  // namespace hermod::bench
