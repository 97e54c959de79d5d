#pragma once
// Mints tokens for the flood's users: JWTs signed with HS256 (RFC 7515, 7518), with the claims of
// protocol section 3.

#include <cstdint>
#include <string>
#include <string_view>

namespace hermod::bench {

struct TokenClaims {
  std::string issuer = "huleedu-identity-service";
  std::string audience = "huleedu-platform";
  int64_t lifetime_s = 3600;
};

class TokenMint {
 public:
  TokenMint(std::string key, TokenClaims claims);

  std::string mint(std::string_view user, int64_t now_s) const;

 private:
  std::string key_;
  TokenClaims claims_;
  std::string header_;  // encoded
};

// RFC 4648: base64url (section 5) without padding, for tokens; base64 (section 4) with padding, for
// Sec-WebSocket-Accept.
std::string base64url(std::string_view bytes);
std::string base64(std::string_view bytes);

// The value of Sec-WebSocket-Accept for this Sec-WebSocket-Key (RFC 6455 section 4.2.2).
std::string accept_of_key(std::string_view key);

}  // namespace hermod::bench
