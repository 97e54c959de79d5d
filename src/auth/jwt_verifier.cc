#include "auth/jwt_verifier.h"

#include <algorithm>
#include <cassert>
#include <chrono>

// The steps of a verification, cheapest first: the form of the token; its header, which must name
// the configured algorithm; the key, selected by `kid`; the expiry; the signature; and the other
// claims, which mean nothing before the signature is verified. The first step that fails determines
// the result.

namespace hermod {
namespace {

constexpr int64_t kSignatureUsMax = 5'000;

}  // namespace

JwtVerifier::JwtVerifier(JwtVerifierOptions options, KeyStore keys, Log& log)
    : options_(std::move(options)), keys_(std::move(keys)), log_(log) {}

Result<std::unique_ptr<JwtVerifier>> JwtVerifier::create(JwtVerifierOptions options, Log& log) {
  if (options.claims.audience.empty()) {
    return Error{ErrorCode::kConfiguration,
                 "JWT_AUDIENCE is empty; set it to the audience of the tokens"};
  }
  if (options.claims.issuer.empty()) {
    return Error{ErrorCode::kConfiguration,
                 "JWT_ISSUER is empty; set it to the issuer of the tokens"};
  }
  Result<KeyStore> keys = KeyStore::load(options.keys, log);
  if (!keys) return keys.error();
  return std::unique_ptr<JwtVerifier>(new JwtVerifier(std::move(options), keys.take(), log));
}

Verdict JwtVerifier::verify(std::string_view token, int64_t now_wall_ms) {
  std::optional<Verdict> verdict = validate(token, now_wall_ms, Effort::kAny);
  assert(verdict);  // only Effort::kLittle leaves a token unverified
  return *std::move(verdict);
}

std::optional<Verdict> JwtVerifier::verify_at_once(std::string_view token, int64_t now_wall_ms) {
  return validate(token, now_wall_ms, Effort::kLittle);
}

std::optional<Verdict> JwtVerifier::validate(std::string_view token, int64_t now_wall_ms,
                                             Effort effort) {
  judged_.clear();
  if (token.empty()) return Denied::kMissing;
  if (!split_token(token, parts_)) return Denied::kMalformed;
  const std::optional<TokenHeader> header = reader_.read_header(parts_.header);
  if (!header) return Denied::kMalformed;
  if (header->algorithm != keys_.algorithm().name)
    return deny(Denied::kAlgorithm, header->algorithm);
  kid_ = header->kid.value_or("");
  SignatureKey* key = keys_.find(header->kid);
  if (key == nullptr) return deny(Denied::kKey, kid_);
  const std::optional<Claims> claims = reader_.read_claims(parts_.payload);
  if (claims && is_expired(*claims, options_.claims, now_wall_ms)) {
    return deny(Denied::kExpired, judged_claim(Denied::kExpired, *claims));
  }
  const std::optional<bool> matches = check_signature(token, *key, effort);
  if (!matches) return std::nullopt;
  if (!*matches) return deny(Denied::kSignature, kid_);
  if (!claims) return Denied::kClaims;
  Verdict verdict = judge_claims(*claims, options_.claims, now_wall_ms);
  auto* const identity = std::get_if<Identity>(&verdict);
  if (identity == nullptr)
    return deny(std::get<Denied>(verdict), judged_claim(std::get<Denied>(verdict), *claims));
  if (revoked_ != nullptr && revoked_->contains(identity->facts, now_wall_ms)) {
    return deny(Denied::kRevoked, *claims->id);
  }
  identity->kid = kid_;
  identity->facts.key = key->id();
  return verdict;
}

Denied JwtVerifier::deny(Denied why, std::string_view judged) {
  judged_ = judged;
  return why;
}

// Returns nothing if the check would need more than `effort`.
std::optional<bool> JwtVerifier::check_signature(std::string_view token, SignatureKey& key,
                                                 Effort effort) {
  if (keys_.algorithm().family == KeyFamily::kSecret) {
    return key.matches(parts_.signed_text, parts_.signature);
  }
  const LongHash hash = signatures_.hash(token);
  if (const std::optional<bool> known = signatures_.find(hash)) return known;
  if (effort == Effort::kLittle) return std::nullopt;
  const bool matches = measure(key);
  signatures_.insert(hash, matches);
  return matches;
}

bool JwtVerifier::measure(SignatureKey& key) {
  using std::chrono::steady_clock;
  const auto start = steady_clock::now();
  const bool matches = key.matches(parts_.signed_text, parts_.signature);
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - start);
  // Smoothed and limited, because the kernel may schedule another process during the measurement.
  const int64_t us = std::min<int64_t>(took.count(), kSignatureUsMax);
  signature_us_ = signature_us_ == 0 ? us : (3 * signature_us_ + us) / 4;
  return matches;
}

Result<void> JwtVerifier::reload() {
  Result<KeyStore> keys = KeyStore::load(options_.keys, log_);
  if (!keys) return keys.error();
  keys_ = keys.take();
  signatures_.clear();
  return {};
}

}  // namespace hermod
