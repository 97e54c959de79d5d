#pragma once
// A JSON Web Key Set (RFC 7517): the public keys, or secrets, of an issuer, each identified by its
// `kid`.

#include <string>
#include <string_view>
#include <vector>

#include "auth/algorithm.h"
#include "hermod/result.h"

namespace hermod {

// One key of the set, decoded from base64url. The key family determines which fields are filled.
struct JsonWebKey {
  std::string kid;   // may be empty
  std::string name;  // for messages: its kid, escaped and truncated, or its number in the set
  std::string secret;
  std::string modulus, exponent;
  std::string x, y;
};

// A key that is skipped. `why` completes the sentence "key NAME …".
struct SkippedKey {
  std::string name;
  std::string why;
};

struct JsonWebKeySet {
  std::vector<JsonWebKey> keys;  // keys whose members fit the algorithm
  std::vector<SkippedKey> skipped;
};

// Parses a key set. An unusable key does not affect the others (RFC 7517 section 5). An asymmetric
// key with private members is unusable, because everyone who can read the set could sign. The error
// completes the sentence "JWT_JWKS_FILE …" and means that the text is not a key set.
Result<JsonWebKeySet> parse_jwks(const Algorithm& algorithm, std::string_view json);

}  // namespace hermod
