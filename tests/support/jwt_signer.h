#pragma once
// Signs tokens independently of src/auth. Headers and claims are raw JSON text, so that a test can
// sign tokens that no correct issuer would.

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace hermod::test {

std::string to_base64url(std::string_view bytes);

// A key of one algorithm. Copies share the key.
class JwtSigner {
 public:
  static JwtSigner hmac(std::string_view algorithm, std::string_view secret);
  static JwtSigner rsa(std::string_view algorithm, unsigned bits = 2048);
  static JwtSigner curve(std::string_view algorithm, std::string_view group);

  const std::string& algorithm() const { return algorithm_; }
  std::string header() const { return R"({"alg":")" + algorithm_ + R"(","typ":"JWT"})"; }

  std::string signature(std::string_view text) const;  // raw bytes, r||s for a curve
  std::string sign(std::string_view header, std::string_view claims) const;
  std::string sign(std::string_view claims) const { return sign(header(), claims); }

  std::string public_pem() const;
  std::string private_pem() const;
  std::string jwk(std::string_view kid) const;  // the public key, or the secret, as a JSON Web Key

 private:
  std::string algorithm_;
  std::string secret_;
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace hermod::test
