#pragma once
// Whether a token whose signature is right lets somebody in now: protocol section 3. Pure.

#include <cstdint>
#include <string>

#include "auth/token_reader.h"
#include "auth/verifier.h"

namespace hermod {

inline constexpr size_t kSubjectBytesMax = 256;  // as teacher_id in protocol section 1

struct ClaimPolicy {
  std::string audience;
  std::string issuer;
  uint32_t leeway_s = 0;  // how far the issuer's clock may be off, both ways
};

// Whether the token is too old, whatever else it says. Needs no signature: who writes an expiry
// that is past gets in by no signature.
bool is_expired(const Claims& claims, const ClaimPolicy& policy, int64_t now_wall_ms);

Verdict judge_claims(const Claims& claims, const ClaimPolicy& policy, int64_t now_wall_ms);

}  // namespace hermod
