#pragma once
// The signature algorithms that JWT_ALGORITHM may name (RFC 7518 section 3.1). The configuration
// picks one; a token never does.

#include <cstddef>
#include <string_view>

namespace hermod {

enum class KeyFamily { kSecret, kRsa, kCurve };

struct Algorithm {
  std::string_view name;  // "HS256", as in a token's header
  KeyFamily family;
  std::string_view digest;  // OpenSSL's name of the hash
  size_t digest_bytes;
  std::string_view curve;       // kCurve: the JWK name, "P-256"
  std::string_view group;       // kCurve: OpenSSL's name of the same curve
  size_t coordinate_bytes = 0;  // kCurve: the length of x, y, r and s
};

// Static storage; nullptr for a name that is none of them.
const Algorithm* find_algorithm(std::string_view name);

}  // namespace hermod
