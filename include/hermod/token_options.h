#pragma once
// The settings of tokens, a part of Options.

#include <cstdint>
#include <string>

namespace hermod {

struct TokenOptions {
  std::string jwt_secret_key;       // the key itself; never logged or shown
  std::string jwt_secret_key_file;  // or the file that contains it
  std::string jwt_public_key_file;  // PEM, for RS* and ES* algorithms
  std::string jwt_jwks_file;
  std::string jwt_algorithm = "HS256";
  std::string jwt_audience = "huleedu-platform";
  std::string jwt_issuer = "huleedu-identity-service";
  uint32_t jwt_leeway_seconds = 0;
  bool jwt_allow_short_key = false;
  uint32_t jwt_lifetime_max_seconds = 2'592'000;
  bool jwt_end_withdrawn_keys = false;
};

}  // namespace hermod
