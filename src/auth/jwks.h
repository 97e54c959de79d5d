#pragma once
// A JSON Web Key Set (RFC 7517): the public keys, or secrets, of an issuer, told apart by `kid`.

#include <string>
#include <string_view>
#include <vector>

#include "auth/algorithm.h"
#include "hermod/result.h"

namespace hermod {

// One key of the set, undone from base64url; which fields are filled is the family's matter.
struct JsonWebKey {
  std::string kid;   // may be empty
  std::string name;  // in messages: its kid, cut and in plain letters, or its number in the set
  std::string secret;
  std::string modulus, exponent;
  std::string x, y;
};

// A key that is left out. `why` completes "key NAME …".
struct SkippedKey {
  std::string name;
  std::string why;
};

struct JsonWebKeySet {
  std::vector<JsonWebKey> keys;  // by their form usable for signatures of the algorithm
  std::vector<SkippedKey> skipped;
};

// Each key is read by itself, and one that is of no use spoils no other (RFC 7517 section 5).
// Private members of asymmetric keys make a key unusable: everyone that can read the set could
// sign. The error completes "JWT_JWKS_FILE …": the text is not a key set.
Result<JsonWebKeySet> parse_jwks(const Algorithm& algorithm, std::string_view json);

}  // namespace hermod
