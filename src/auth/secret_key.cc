#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cassert>

#include "auth/bytes_of.h"
#include "auth/signature_key.h"
#include "auth/token_facts.h"

namespace hermod {
namespace {

struct MacFree {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, MacFree>;

// A secret with a reusable MAC context that has already processed the key.
class SecretKey final : public SignatureKey {
 public:
  SecretKey(MacContext context, size_t digest_bytes, uint32_t id)
      : context_(std::move(context)), digest_bytes_(digest_bytes), id_(id) {
    assert(context_ != nullptr);
    assert(digest_bytes_ <= EVP_MAX_MD_SIZE);
  }

  uint32_t id() const override { return id_; }

  bool matches(std::string_view text, std::string_view signature) override {
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    size_t length = 0;
    if (signature.size() != digest_bytes_) return false;
    if (EVP_MAC_init(context_.get(), nullptr, 0, nullptr) != 1) return false;
    if (EVP_MAC_update(context_.get(), bytes_of(text), text.size()) != 1) return false;
    if (EVP_MAC_final(context_.get(), mac.data(), &length, mac.size()) != 1) return false;
    return length == digest_bytes_ && CRYPTO_memcmp(mac.data(), signature.data(), length) == 0;
  }

 private:
  MacContext context_;
  size_t digest_bytes_;
  uint32_t id_;
};

}  // namespace

KeyResult make_secret_key(const Algorithm& algorithm, std::string_view secret) {
  if (secret.empty()) return Error{ErrorCode::kConfiguration, "holds an empty secret"};
  if (secret.find("-----BEGIN ") != std::string_view::npos) {
    // If a public key were used as a secret, everyone who can read it could sign tokens.
    return Error{ErrorCode::kConfiguration,
                 "holds a PEM key, but " + std::string(algorithm.name) + " needs a secret"};
  }
  std::string digest(algorithm.digest);
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
      OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_MAC, MacFree> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  MacContext context(mac == nullptr ? nullptr : EVP_MAC_CTX_new(mac.get()));
  if (context == nullptr ||
      EVP_MAC_init(context.get(), bytes_of(secret), secret.size(), parameters.data()) != 1) {
    ERR_clear_error();
    return Error{ErrorCode::kConfiguration, "holds a secret that OpenSSL rejects"};
  }
  return {std::make_unique<SecretKey>(std::move(context), algorithm.digest_bytes, key_id(secret))};
}

}  // namespace hermod
