#pragma once
// The signature algorithms that JWT_ALGORITHM may name (RFC 7518 section 3.1). The configuration
// selects the algorithm; a token never does.

#include <cstddef>
#include <string_view>

namespace hermod {

enum class KeyFamily { kSecret, kRsa, kCurve };

struct Algorithm {
  std::string_view name;  // "HS256", as in a token's header
  KeyFamily family;
  std::string_view digest;  // OpenSSL's name for the hash
  size_t digest_bytes;
  std::string_view curve;       // kCurve: the JWK name, "P-256"
  std::string_view group;       // kCurve: OpenSSL's name for the same curve
  size_t coordinate_bytes = 0;  // kCurve: length of x, y, r and s in bytes
};

// Returns an algorithm in static storage; nullptr for an unknown name.
const Algorithm* find_algorithm(std::string_view name);

}  // namespace hermod
