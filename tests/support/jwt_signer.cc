#include "support/jwt_signer.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <vector>

namespace hermod::test {
namespace {

const EVP_MD* digest_of(std::string_view algorithm) {
  if (algorithm.ends_with("256")) return EVP_sha256();
  return algorithm.ends_with("384") ? EVP_sha384() : EVP_sha512();
}

std::shared_ptr<EVP_PKEY> owned(EVP_PKEY* key) {
  return {key, EVP_PKEY_free};
}

std::string number_text(const BIGNUM* number, int bytes) {
  std::string text(static_cast<size_t>(bytes), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(text.data()), bytes);
  return text;
}

std::string key_number(const std::shared_ptr<EVP_PKEY>& key, const char* name, int bytes) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key.get(), name, &number);
  const std::string text = number_text(number, bytes != 0 ? bytes : BN_num_bytes(number));
  BN_free(number);
  return text;
}

int coordinate_bytes(const std::shared_ptr<EVP_PKEY>& key) {
  return (EVP_PKEY_get_bits(key.get()) + 7) / 8;
}

std::string raw_pair(std::string_view der, int bytes) {
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &data, static_cast<long>(der.size()));
  const std::string raw =
      number_text(ECDSA_SIG_get0_r(pair), bytes) + number_text(ECDSA_SIG_get0_s(pair), bytes);
  ECDSA_SIG_free(pair);
  return raw;
}

template <class Write>
std::string pem_text(Write write) {
  BIO* bio = BIO_new(BIO_s_mem());
  write(bio);
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  const std::string text(data, static_cast<size_t>(length));
  BIO_free(bio);
  return text;
}

}  // namespace

std::string to_base64url(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  for (char& character : text) {
    if (character == '+') character = '-';
    if (character == '/') character = '_';
  }
  while (text.ends_with('=')) text.pop_back();
  return text;
}

JwtSigner JwtSigner::hmac(std::string_view algorithm, std::string_view secret) {
  JwtSigner signer;
  signer.algorithm_ = algorithm;
  signer.secret_ = secret;
  return signer;
}

JwtSigner JwtSigner::rsa(std::string_view algorithm, unsigned bits) {
  JwtSigner signer;
  signer.algorithm_ = algorithm;
  signer.key_ = owned(EVP_RSA_gen(bits));
  return signer;
}

JwtSigner JwtSigner::curve(std::string_view algorithm, std::string_view group) {
  JwtSigner signer;
  signer.algorithm_ = algorithm;
  signer.key_ = owned(EVP_EC_gen(std::string(group).c_str()));
  return signer;
}

std::string JwtSigner::signature(std::string_view text) const {
  const EVP_MD* digest = digest_of(algorithm_);
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  std::vector<unsigned char> made(1024);
  size_t length = made.size();
  if (!key_) {
    unsigned mac_length = 0;
    HMAC(digest, secret_.data(), static_cast<int>(secret_.size()), data, text.size(), made.data(),
         &mac_length);
    length = mac_length;
  } else {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, digest, nullptr, key_.get());
    EVP_DigestSign(context, made.data(), &length, data, text.size());
    EVP_MD_CTX_free(context);
  }
  const std::string raw(reinterpret_cast<const char*>(made.data()), length);
  return algorithm_.starts_with("ES") ? raw_pair(raw, coordinate_bytes(key_)) : raw;
}

std::string JwtSigner::sign(std::string_view header, std::string_view claims) const {
  const std::string text = to_base64url(header) + '.' + to_base64url(claims);
  return text + '.' + to_base64url(signature(text));
}

std::string JwtSigner::public_pem() const {
  return pem_text([this](BIO* bio) { PEM_write_bio_PUBKEY(bio, key_.get()); });
}

std::string JwtSigner::private_pem() const {
  return pem_text([this](BIO* bio) {
    PEM_write_bio_PrivateKey(bio, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string JwtSigner::jwk(std::string_view kid) const {
  const auto number = [this](const char* name, int bytes = 0) {
    return to_base64url(key_number(key_, name, bytes));
  };
  std::string json = R"({"kid":")" + std::string(kid) + R"(",)";
  if (!key_) return json + R"("kty":"oct","k":")" + to_base64url(secret_) + R"("})";
  if (algorithm_.starts_with("RS")) {
    return json + R"("kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
           number(OSSL_PKEY_PARAM_RSA_E) + R"("})";
  }
  const int bytes = coordinate_bytes(key_);
  const std::string curve = bytes == 32 ? "P-256" : bytes == 48 ? "P-384" : "P-521";
  return json + R"("kty":"EC","crv":")" + curve + R"(","x":")" +
         number(OSSL_PKEY_PARAM_EC_PUB_X, bytes) + R"(","y":")" +
         number(OSSL_PKEY_PARAM_EC_PUB_Y, bytes) + R"("})";
}

}  // namespace hermod::test
