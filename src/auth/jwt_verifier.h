#pragma once
// Verifier over JSON Web Tokens (RFC 7519): the rules of contract section 3 with the algorithm and
// the keys that the configuration pins. Owned by the composition; called from the front door and
// from sessions that refresh their token. Keeps its buffers from token to token: one thread only.

#include <memory>
#include <string_view>

#include "auth/claims.h"
#include "auth/key_store.h"
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
  // An error is one sentence that names the variable. `log` outlives the verifier.
  static Result<std::unique_ptr<JwtVerifier>> create(JwtVerifierOptions options, Log& log);

  Verdict verify(std::string_view token, int64_t now_wall_ms) override;

  // Reads the key files again. On an error the keys that were good stay.
  Result<void> reload();

 private:
  JwtVerifier(JwtVerifierOptions options, KeyStore keys, Log& log);

  JwtVerifierOptions options_;
  KeyStore keys_;
  Log& log_;
  TokenParts parts_;
  TokenReader reader_;
};

}  // namespace hermod
