#pragma once
// Port: who knocks. The implementation is JwtVerifier; the rules are protocol section 3 (token,
// JWT, token form).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hermod {

struct Identity {
  std::string user;           // the token's `sub`, never empty
  int64_t expires_at_ms = 0;  // the token's `exp` plus the leeway, wall time
};

// Why a token is no good. The label is the `result` of jwt_validation_total; the message goes to
// the client, holds nothing of the token, and is short enough to stand whole in a close frame.
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
};
inline constexpr Denied kDeniedLast = Denied::kClaims;

std::string_view label(Denied why);    // e.g. "expired"; static storage
std::string_view message(Denied why);  // e.g. "token expired"; static storage

using Verdict = std::variant<Identity, Denied>;

class Verifier {
 public:
  virtual ~Verifier() = default;

  // Judges a token as it stands in a URL, header or frame; an empty one is kMissing.
  virtual Verdict verify(std::string_view token, int64_t now_wall_ms) = 0;

  // The same where it costs little; nothing where only the check of a public key's signature can
  // tell, which takes up to a millisecond.
  virtual std::optional<Verdict> verify_at_once(std::string_view token, int64_t now_wall_ms) {
    return verify(token, now_wall_ms);
  }

  // What such a check takes of the loop's time, as measured lately.
  virtual int64_t signature_us() const { return 0; }
};

}  // namespace hermod
