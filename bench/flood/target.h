#pragma once
// The server that the flood connects to, and the requests to it.

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
  std::string hello;     // first message, with {user} and {token} as placeholders; empty: none
  unsigned sources = 4;  // loopback addresses to connect from; each has 28,000 ports
};

class Target {
 public:
  explicit Target(TargetOptions options);  // exits if the URL or the key file is invalid

  // A socket that is connecting; `number` selects its source address. Empty if it failed at once.
  Fd connect(size_t number, int receive_buffer) const;

  std::string token(const std::string& user) const;
  std::string request(const std::string& user, const std::string& token) const;
  std::string hello(const std::string& user, const std::string& token) const;

  // Whether this response head accepts the upgrade of request().
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
