#pragma once
// One key that checks signatures of one algorithm. The checks run on OpenSSL's EVP interface
// directly, not on libjwt: libjwt 1.10 takes junk behind a signature, knows no kid, rereads the PEM
// for each token and needs 7.5 us where a reused MAC context needs 0.4.

#include <memory>
#include <string_view>

#include "auth/algorithm.h"
#include "hermod/result.h"

namespace hermod {

class SignatureKey {
 public:
  virtual ~SignatureKey() = default;

  // True when `signature` is this key's over `text`.
  virtual bool matches(std::string_view text, std::string_view signature) = 0;
};

using KeyResult = Result<std::unique_ptr<SignatureKey>>;

// Each error says what is wrong with the key as the rest of a sentence ("holds …"), and nothing of
// the key.
KeyResult make_secret_key(const Algorithm& algorithm, std::string_view secret);
KeyResult make_pem_key(const Algorithm& algorithm, std::string_view pem);

// From the numbers of a JSON Web Key, big-endian.
KeyResult make_rsa_key(const Algorithm& algorithm, std::string_view modulus,
                       std::string_view exponent);
KeyResult make_curve_key(const Algorithm& algorithm, std::string_view x, std::string_view y);

}  // namespace hermod
