#include "auth/jwt_verifier.h"

// The walk of a token: its form; its header, which must name the pinned algorithm; the key, by
// `kid`; the signature; and only then, since until here anybody may have written them, the claims.
// Each step that fails ends it with its own reason.

namespace hermod {

JwtVerifier::JwtVerifier(JwtVerifierOptions options, KeyStore keys, Log& log)
    : options_(std::move(options)), keys_(std::move(keys)), log_(log) {}

Result<std::unique_ptr<JwtVerifier>> JwtVerifier::create(JwtVerifierOptions options, Log& log) {
  if (options.claims.audience.empty()) {
    return Error{ErrorCode::kConfiguration,
                 "JWT_AUDIENCE is empty; it takes the audience of the tokens"};
  }
  if (options.claims.issuer.empty()) {
    return Error{ErrorCode::kConfiguration,
                 "JWT_ISSUER is empty; it takes the issuer of the tokens"};
  }
  Result<KeyStore> keys = KeyStore::load(options.keys, log);
  if (!keys) return keys.error();
  return std::unique_ptr<JwtVerifier>(new JwtVerifier(std::move(options), keys.take(), log));
}

Verdict JwtVerifier::verify(std::string_view token, int64_t now_wall_ms) {
  if (token.empty()) return Denied::kMissing;
  if (!split_token(token, parts_)) return Denied::kMalformed;
  const std::optional<TokenHeader> header = reader_.read_header(parts_.header);
  if (!header) return Denied::kMalformed;
  if (header->algorithm != keys_.algorithm().name) return Denied::kAlgorithm;
  SignatureKey* key = keys_.find(header->kid);
  if (key == nullptr) return Denied::kKey;
  if (!key->matches(parts_.signed_text, parts_.signature)) return Denied::kSignature;
  const std::optional<Claims> claims = reader_.read_claims(parts_.payload);
  if (!claims) return Denied::kClaims;
  return judge_claims(*claims, options_.claims, now_wall_ms);
}

Result<void> JwtVerifier::reload() {
  Result<KeyStore> keys = KeyStore::load(options_.keys, log_);
  if (!keys) return keys.error();
  keys_ = keys.take();
  return {};
}

}  // namespace hermod
