#pragma once
// Validates the claims of a token whose signature is valid (protocol section 3). Pure functions,
// called by JwtVerifier.

#include <cstdint>
#include <string>

#include "auth/token_reader.h"
#include "auth/verifier.h"

namespace hermod {

inline constexpr size_t kSubjectBytesMax = 256;  // the limit of teacher_id in protocol section 1

struct ClaimPolicy {
  std::string audience;
  std::string issuer;
  uint32_t leeway_s = 0;  // tolerated clock difference to the issuer, in both directions
};

// Whether the token has expired, whatever its other claims are. The signature need not be verified
// first: an expired token is rejected regardless of its signature.
bool is_expired(const Claims& claims, const ClaimPolicy& policy, int64_t now_wall_ms);

Verdict judge_claims(const Claims& claims, const ClaimPolicy& policy, int64_t now_wall_ms);

// The claim for which the token was denied, for log lines.
std::string judged_claim(Denied why, const Claims& claims);

}  // namespace hermod
