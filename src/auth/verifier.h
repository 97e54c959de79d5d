#pragma once
// Port: verifies the identity of a client from its token. The implementation is JwtVerifier; the
// rules are in protocol section 3 (token, form of a token, JWT).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/token_facts.h"
#include "base/refusals.h"

namespace hermod {

struct Identity {
  std::string user;           // the token's `sub`, never empty
  int64_t expires_at_ms = 0;  // the token's `exp` plus the leeway, wall time
  std::string kid = {};       // the key id of the token; empty: it has none
  TokenFacts facts = {};
};

// Why a token is denied. label() is the `result` of jwt_validation_total. message() is sent to the
// client; it contains nothing of the token, and is short enough to fit into a close frame
// untruncated.
enum class Denied {
  kMissing,
  kMalformed,
  kAlgorithm,
  kKey,
  kSignature,
  kExpired,
  kNotYetValid,
  kAudience,
  kIssuer,
  kClaims,
  kRevoked,
};
inline constexpr Denied kDeniedLast = Denied::kRevoked;

std::string_view label(Denied why);    // e.g. "expired"; static storage
std::string_view message(Denied why);  // e.g. "token expired"; static storage
RefusalReason refusal_of(Denied why);  // its row in the table of refusals

using Verdict = std::variant<Identity, Denied>;

class Verifier {
 public:
  virtual ~Verifier() = default;

  // Judges a token exactly as it appears in a URL, header or frame. An empty token is kMissing.
  virtual Verdict verify(std::string_view token, int64_t now_wall_ms) = 0;

  // The same, if the result is cheap. Returns nothing if only the verification of a public-key
  // signature can decide, which takes up to a millisecond.
  virtual std::optional<Verdict> verify_at_once(std::string_view token, int64_t now_wall_ms) {
    return verify(token, now_wall_ms);
  }

  // What the last verification judged when it denied the token, such as the wrong audience; for
  // log lines. It is never the token or its signature. Empty: nothing in particular.
  virtual std::string_view judged() const { return {}; }

  // Whether tokens of this key, which is that of TokenFacts, are still accepted.
  virtual bool has_key(uint32_t /*key*/) const { return true; }

  // Recent duration of such a verification in microseconds, as measured on the loop; 0 if unknown.
  virtual int64_t signature_us() const { return 0; }
};

}  // namespace hermod
