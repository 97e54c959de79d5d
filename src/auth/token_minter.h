#pragma once
// Mints tokens for development and tests, signed with the key with which the service verifies them.
// For `hermod token`, `hermod listen`, the console and the test harness.

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
  // Returns an error if the configured algorithm or key cannot sign.
  static Result<TokenMinter> create(const TokenMinterOptions& options);

  struct Request {
    std::string_view user;
    uint32_t lifetime_s = 3600;
    int64_t now_wall_ms = 0;
    std::string_view claims;  // a JSON object that overrides the standard claims; empty: none
  };
  // Error: kValidation, including a token of more than kTokenBytesMax.
  Result<std::string> mint(const Request& request) const;

 private:
  std::string algorithm_;
  SigningSecret secret_;
  std::string audience_;
  std::string issuer_;
};

// Generates a key for a development run without one: 32 random bytes as text.
std::string generate_secret();

}  // namespace hermod
