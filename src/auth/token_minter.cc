#include "auth/token_minter.h"

#include <jwt.h>

#include <array>
#include <cassert>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "auth/base64url.h"
#include "auth/token_form.h"
#include "base/random.h"
#include "base/text.h"

namespace hermod {
namespace {

using nlohmann::json;

constexpr size_t kGeneratedBytes = 32;

struct JwtFree {
  void operator()(jwt_t* jwt) const { jwt_free(jwt); }
  void operator()(char* text) const { std::free(text); }
};

Error wrong(std::string what) {
  return {ErrorCode::kValidation, std::move(what)};
}

Error too_long() {
  return wrong("the token would be over 8 KiB with this user and these claims");
}

}  // namespace

Result<TokenMinter> TokenMinter::create(const TokenMinterOptions& options) {
  Result<SigningSecret> secret = load_signing_secret(options.keys);
  if (!secret) return secret.error();
  TokenMinter minter;
  minter.algorithm_ = options.keys.algorithm;
  minter.secret_ = secret.take();
  minter.audience_ = options.audience;
  minter.issuer_ = options.issuer;
  return minter;
}

Result<std::string> TokenMinter::mint(const Request& request) const {
  assert(!secret_.secret.empty());
  if (request.user.empty() || !is_utf8(request.user)) {
    return wrong("the user of a token must be non-empty UTF-8");
  }
  // Checked before any parser or library is called: they recurse, and libjwt encodes on the stack.
  if (request.user.size() + request.claims.size() > kTokenBytesMax) return too_long();
  const int64_t now_s = request.now_wall_ms / 1000;
  json claims{{"sub", request.user},
              {"aud", audience_},
              {"iss", issuer_},
              {"iat", now_s},
              {"exp", now_s + int64_t{request.lifetime_s}}};
  if (!request.claims.empty()) {
    const json extra = json::parse(request.claims, nullptr, /*allow_exceptions=*/false);
    if (!extra.is_object()) return wrong("extra claims must be a JSON object");
    claims.update(extra);
  }
  jwt_t* made = nullptr;
  if (jwt_new(&made) != 0) return wrong("libjwt failed to create a token");
  const std::unique_ptr<jwt_t, JwtFree> jwt(made);
  const auto* key = reinterpret_cast<const unsigned char*>(secret_.secret.data());
  if (jwt_add_grants_json(jwt.get(), claims.dump().c_str()) != 0 ||
      jwt_set_alg(jwt.get(), jwt_str_alg(algorithm_.c_str()), key,
                  static_cast<int>(secret_.secret.size())) != 0 ||
      (!secret_.kid.empty() && jwt_add_header(jwt.get(), "kid", secret_.kid.c_str()) != 0)) {
    return wrong("libjwt rejected the claims or the key");
  }
  const std::unique_ptr<char, JwtFree> token(jwt_encode_str(jwt.get()));
  if (token == nullptr) return wrong("libjwt failed to sign with this key");
  std::string text = token.get();
  if (text.size() > kTokenBytesMax) return too_long();
  return text;
}

std::string generate_secret() {
  std::array<unsigned char, kGeneratedBytes> bytes{};
  random_bytes(bytes);
  return base64url_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace hermod
