#pragma once
// One key that verifies signatures of one algorithm. It uses OpenSSL's EVP interface directly
// instead of libjwt: libjwt 1.10 accepts junk after a signature, does not support kid, parses the
// PEM again for each token, and needs 7.5 us where a reused MAC context needs 0.4 us.

#include <cstdint>
#include <memory>
#include <string_view>

#include "auth/algorithm.h"
#include "hermod/result.h"

namespace hermod {

class SignatureKey {
 public:
  virtual ~SignatureKey() = default;

  // Returns whether `signature` is this key's signature of `text`.
  virtual bool matches(std::string_view text, std::string_view signature) = 0;

  virtual uint32_t id() const = 0;  // key_id() of it
};

using KeyResult = Result<std::unique_ptr<SignatureKey>>;

// Each error completes a sentence ("holds …") that says what is wrong with the key, and contains
// nothing of the key.
KeyResult make_secret_key(const Algorithm& algorithm, std::string_view secret);
KeyResult make_pem_key(const Algorithm& algorithm, std::string_view pem);

// Build a key from the numbers of a JSON Web Key, in big-endian form.
KeyResult make_rsa_key(const Algorithm& algorithm, std::string_view modulus,
                       std::string_view exponent);
KeyResult make_curve_key(const Algorithm& algorithm, std::string_view x, std::string_view y);

}  // namespace hermod
