#pragma once
// Signs tokens for development and tests with the key that the service checks them with: `hermod
// token` and `hermod listen`.

#include <cstdint>
#include <string>
#include <string_view>

#include "auth/key_store.h"
#include "hermod/result.h"

namespace hermod {

struct TokenMinterOptions {
  KeyOptions keys;
  std::string audience;
  std::string issuer;
};

class TokenMinter {
 public:
  // An error where the configured algorithm or key cannot sign.
  static Result<TokenMinter> create(const TokenMinterOptions& options);

  struct Request {
    std::string_view user;
    uint32_t lifetime_s = 3600;
    int64_t now_wall_ms = 0;
    std::string_view claims;  // a JSON object that wins over the standard claims; empty: none
  };
  // Errors: kValidation, also for a token over kTokenBytesMax.
  Result<std::string> mint(const Request& request) const;

 private:
  std::string algorithm_;
  SigningSecret secret_;
  std::string audience_;
  std::string issuer_;
};

// A key for a development run without one: 32 random bytes as text.
std::string generate_secret();

}  // namespace hermod
