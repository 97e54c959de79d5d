#pragma once
// The options of KeyStore: the source of the keys that verify tokens, and which keys are accepted.

#include <string>

namespace hermod {

// Exactly one of the four key sources is set.
struct KeyOptions {
  enum class ShortKeys { kAllowed, kRefused };  // shorter than the hash (RFC 7518 section 3.2)
  enum class Flaws { kAllowed, kRefused };      // of the text of a secret (base/text_flaw.h)

  std::string algorithm = "HS256";
  std::string secret;           // JWT_SECRET_KEY
  std::string secret_file;      // JWT_SECRET_KEY_FILE
  std::string public_key_file;  // JWT_PUBLIC_KEY_FILE
  std::string jwks_file;        // JWT_JWKS_FILE
  ShortKeys short_keys = ShortKeys::kAllowed;
  Flaws flaws = Flaws::kAllowed;
};

}  // namespace hermod
