#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <cassert>
#include <string>

#include "auth/bytes_of.h"
#include "auth/signature_key.h"
#include "auth/token_facts.h"
#include "base/configuration_error.h"

namespace hermod {
namespace {

constexpr int kRsaBitsMin = 2048;  // RFC 7518 section 3.3
constexpr int kRsaBitsMax = 8192;  // with more, one verification blocks the loop for a millisecond

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
  void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
  void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIGNUM> number_of(std::string_view big_endian) {
  return Owned<BIGNUM>(
      BN_bin2bn(bytes_of(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

// Converts an ECDSA signature. A JWT contains r and s concatenated (RFC 7518 section 3.4); OpenSSL
// requires ASN.1 DER. Returns an empty string on failure.
std::string to_der(std::string_view raw) {
  assert(raw.size() % 2 == 0);
  const size_t half = raw.size() / 2;
  Owned<ECDSA_SIG> signature(ECDSA_SIG_new());
  Owned<BIGNUM> r = number_of(raw.substr(0, half));
  Owned<BIGNUM> s = number_of(raw.substr(half));
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
  (void)r.release();
  (void)s.release();
  std::array<unsigned char, 160> der{};  // two numbers of 66 bytes and their tags need at most 141
  unsigned char* end = der.data();
  const int length = i2d_ECDSA_SIG(signature.get(), &end);
  if (length <= 0) return {};
  return {reinterpret_cast<const char*>(der.data()), static_cast<size_t>(length)};
}

// A public key with a reusable context that is initialised with key, padding and hash.
class PublicKey final : public SignatureKey {
 public:
  PublicKey(const Algorithm& algorithm, Owned<EVP_PKEY> key)
      : algorithm_(algorithm),
        key_(std::move(key)),
        digest_(EVP_MD_fetch(nullptr, std::string(algorithm.digest).c_str(), nullptr)),
        context_(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr)) {}

  uint32_t id() const override { return id_; }

  bool start() {
    unsigned char* der = nullptr;
    const int bytes = i2d_PUBKEY(key_.get(), &der);
    if (bytes <= 0) return false;
    id_ = key_id({reinterpret_cast<const char*>(der), static_cast<size_t>(bytes)});
    OPENSSL_free(der);
    if (!digest_ || !context_ || EVP_PKEY_verify_init(context_.get()) != 1) return false;
    if (algorithm_.family == KeyFamily::kRsa &&
        EVP_PKEY_CTX_set_rsa_padding(context_.get(), RSA_PKCS1_PADDING) != 1) {
      return false;
    }
    return EVP_PKEY_CTX_set_signature_md(context_.get(), digest_.get()) == 1;
  }

  bool matches(std::string_view text, std::string_view signature) override {
    const size_t wanted = algorithm_.family == KeyFamily::kRsa
                              ? static_cast<size_t>(EVP_PKEY_get_size(key_.get()))
                              : 2 * algorithm_.coordinate_bytes;
    if (signature.size() != wanted) return false;
    if (algorithm_.family == KeyFamily::kRsa) return verify(text, signature);
    const std::string der = to_der(signature);
    return !der.empty() && verify(text, der);
  }

 private:
  bool verify(std::string_view text, std::string_view signature) {
    assert(digest_ != nullptr);  // start() succeeded
    assert(context_ != nullptr);
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned length = 0;
    const bool matches =
        EVP_Digest(text.data(), text.size(), hash.data(), &length, digest_.get(), nullptr) == 1 &&
        EVP_PKEY_verify(context_.get(), bytes_of(signature), signature.size(), hash.data(),
                        length) == 1;
    if (!matches) ERR_clear_error();  // all users of OpenSSL in this thread share its error queue
    return matches;
  }

  const Algorithm& algorithm_;
  Owned<EVP_PKEY> key_;
  Owned<EVP_MD> digest_;
  Owned<EVP_PKEY_CTX> context_;
  uint32_t id_ = 0;
};

Result<void> check_rsa(const Algorithm& algorithm, EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") != 1) {
    return configuration_error("does not hold an RSA key, which " + std::string(algorithm.name) +
                               " needs");
  }
  const int bits = EVP_PKEY_get_bits(key);
  if (bits >= kRsaBitsMin && bits <= kRsaBitsMax) return {};
  return configuration_error("holds an RSA key of " + std::to_string(bits) +
                             " bits; 2048 to 8192 are accepted");
}

Result<void> check_curve(const Algorithm& algorithm, EVP_PKEY* key) {
  std::array<char, 64> group{};
  size_t length = 0;
  if (EVP_PKEY_is_a(key, "EC") == 1 &&
      EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
      std::string_view(group.data(), length) == algorithm.group) {
    return {};
  }
  return configuration_error("does not hold a key on the curve " + std::string(algorithm.curve) +
                             ", which " + std::string(algorithm.name) + " needs");
}

KeyResult check_key(const Algorithm& algorithm, Owned<EVP_PKEY> key) {
  const Result<void> fits = algorithm.family == KeyFamily::kRsa ? check_rsa(algorithm, key.get())
                                                                : check_curve(algorithm, key.get());
  if (!fits) return fits.error();
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  auto checked = std::make_unique<PublicKey>(algorithm, std::move(key));
  if (!context || EVP_PKEY_public_check(context.get()) != 1 || !checked->start()) {
    ERR_clear_error();
    return configuration_error("holds a key that OpenSSL considers invalid");
  }
  return {std::move(checked)};
}

Owned<EVP_PKEY> build_key(const char* type, OSSL_PARAM_BLD* builder) {
  const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder));
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    ERR_clear_error();
  }
  return Owned<EVP_PKEY>(key);
}

}  // namespace

KeyResult make_pem_key(const Algorithm& algorithm, std::string_view pem) {
  if (pem.find("PRIVATE KEY-----") != std::string_view::npos) {
    return configuration_error("holds a private key; the public key is needed");
  }
  const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Owned<EVP_PKEY> key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!key) {
    ERR_clear_error();
    return configuration_error(
        "does not hold a public key in PEM form (-----BEGIN PUBLIC KEY-----)");
  }
  return check_key(algorithm, std::move(key));
}

KeyResult make_rsa_key(const Algorithm& algorithm, std::string_view modulus,
                       std::string_view exponent) {
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  const Owned<BIGNUM> n = number_of(modulus);
  const Owned<BIGNUM> e = number_of(exponent);
  if (!builder || !n || !e ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return configuration_error("does not hold an RSA key");
  }
  Owned<EVP_PKEY> key = build_key("RSA", builder.get());
  if (!key) return configuration_error("holds numbers that are not an RSA key");
  return check_key(algorithm, std::move(key));
}

KeyResult make_curve_key(const Algorithm& algorithm, std::string_view x, std::string_view y) {
  if (x.size() != algorithm.coordinate_bytes || y.size() != algorithm.coordinate_bytes) {
    return configuration_error("holds coordinates whose length does not fit " +
                               std::string(algorithm.curve));
  }
  const std::string point = std::string(1, '\x04').append(x).append(y);  // uncompressed form
  const std::string group(algorithm.group);
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return configuration_error("does not hold a key on a curve");
  }
  Owned<EVP_PKEY> key = build_key("EC", builder.get());
  if (!key)
    return configuration_error("holds a point that is not on " + std::string(algorithm.curve));
  return check_key(algorithm, std::move(key));
}

}  // namespace hermod
