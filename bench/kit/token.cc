#include "kit/token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

namespace hermod::bench {
namespace {

constexpr std::string_view kHandshakeGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string encode(std::string_view bytes, const char* alphabet) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  uint32_t pending = 0;
  int bits = 0;
  for (const char byte : bytes) {
    pending = (pending << 8) | static_cast<uint8_t>(byte);
    for (bits += 8; bits >= 6; bits -= 6) out += alphabet[(pending >> (bits - 6)) & 63];
  }
  if (bits > 0) out += alphabet[(pending << (6 - bits)) & 63];
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), digest,
       &size);
  return {reinterpret_cast<const char*>(digest), size};
}

}  // namespace

std::string base64url(std::string_view bytes) {
  return encode(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}

std::string base64(std::string_view bytes) {
  std::string out =
      encode(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::string accept_of_key(std::string_view key) {
  std::string text(key);
  text += kHandshakeGuid;
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(bytes_of(text), text.size(), digest);
  return base64({reinterpret_cast<const char*>(digest), sizeof digest});
}

TokenMint::TokenMint(std::string key, TokenClaims claims)
    : key_(std::move(key)),
      claims_(std::move(claims)),
      header_(base64url(R"({"alg":"HS256","typ":"JWT"})")) {}

std::string TokenMint::mint(std::string_view user, int64_t now_s) const {
  std::string claims = R"({"sub":")";
  claims += user;
  claims += R"(","aud":")" + claims_.audience + R"(","iss":")" + claims_.issuer;
  claims += R"(","iat":)" + std::to_string(now_s);
  claims += R"(,"exp":)" + std::to_string(now_s + claims_.lifetime_s) + "}";
  std::string token = header_ + "." + base64url(claims);
  return token + "." + base64url(hmac_sha256(key_, token));
}

}  // namespace hermod::bench
