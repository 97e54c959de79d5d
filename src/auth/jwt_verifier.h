#pragma once
// Verifier for JSON Web Tokens (RFC 7519). It applies the rules of protocol section 3 with the
// configured algorithm and keys. Owned by server/; called by the HTTP server at an upgrade and by
// sessions that receive a new token. It reuses its buffers, so it must be used from one thread
// only.

#include <memory>
#include <string_view>

#include "auth/claims.h"
#include "auth/key_store.h"
#include "auth/revoked_tokens.h"
#include "auth/signature_cache.h"
#include "auth/token_form.h"
#include "auth/token_reader.h"
#include "auth/verifier.h"

namespace hermod {

struct JwtVerifierOptions {
  KeyOptions keys;
  ClaimPolicy claims;
};

class JwtVerifier final : public Verifier {
 public:
  // Creates the verifier. An error is one sentence that names the variable. `log` must outlive the
  // verifier.
  static Result<std::unique_ptr<JwtVerifier>> create(JwtVerifierOptions options, Log& log);

  Verdict verify(std::string_view token, int64_t now_wall_ms) override;
  std::optional<Verdict> verify_at_once(std::string_view token, int64_t now_wall_ms) override;
  std::string_view judged() const override { return judged_; }
  int64_t signature_us() const override { return signature_us_; }

  bool has_key(uint32_t key) const override { return keys_.has(key); }

  // Tokens whose ids are in it are denied. It must outlive the verifier, or the last verification.
  void set_revoked(const RevokedTokens& revoked) { revoked_ = &revoked; }

  // Reads the key files again. On an error, the previous keys stay in use.
  Result<void> reload();

 private:
  enum class Effort { kLittle, kAny };

  JwtVerifier(JwtVerifierOptions options, KeyStore keys, Log& log);

  std::optional<Verdict> validate(std::string_view token, int64_t now_wall_ms, Effort effort);
  std::optional<bool> check_signature(std::string_view token, SignatureKey& key, Effort effort);
  Denied deny(Denied why, std::string_view judged);
  bool measure(SignatureKey& key);

  JwtVerifierOptions options_;
  KeyStore keys_;
  Log& log_;
  const RevokedTokens* revoked_ = nullptr;  // null: none is revoked
  TokenParts parts_;
  TokenReader reader_;
  SignatureCache signatures_;  // for public keys only; an HMAC is as cheap as a look-up
  int64_t signature_us_ = 0;
  std::string kid_;     // of the last token; a member, so that its memory is reused
  std::string judged_;  // see judged()
};

}  // namespace hermod
