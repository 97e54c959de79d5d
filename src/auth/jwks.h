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
  std::string name;  // how an error calls it: its kid, or its number in the set
  std::string secret;
  std::string modulus, exponent;
  std::string x, y;
};

// The keys of the set that are meant for signatures of `algorithm`; those of another type, curve,
// use or algorithm are passed over (RFC 7517 section 5). An error completes "JWT_JWKS_FILE …".
Result<std::vector<JsonWebKey>> parse_jwks(const Algorithm& algorithm, std::string_view json);

}  // namespace hermod
