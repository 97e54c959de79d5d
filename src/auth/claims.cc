#include "auth/claims.h"

#include <algorithm>
#include <cmath>

#include "base/clock.h"

namespace hermod {
namespace {

// The end of the year 9999. A later expiry is a mistake of the issuer, usually milliseconds instead
// of seconds, and would make a token that never expires.
constexpr double kLatestSecond = 253'402'300'799;

bool is_subject(std::string_view subject) {
  return !subject.empty() && subject.size() <= kSubjectBytesMax &&
         subject.find('\0') == std::string_view::npos;
}

// Converts to whole milliseconds. Precondition: not later than kLatestSecond. Negative times become
// 0.
int64_t to_ms(double seconds) {
  return static_cast<int64_t>(std::max(seconds, 0.0) * 1000);
}

int64_t expires_at_ms(double seconds, const ClaimPolicy& policy) {
  return to_ms(seconds) + int64_t{policy.leeway_s} * 1000;
}

// 0 if there is none, or if it is so far ahead that no revocation would ever reach the token.
uint32_t issued_at_s(const Claims& claims, int64_t now_wall_ms) {
  constexpr int64_t kAheadMsMax = 86'400'000;
  if (!claims.issued_at_s || !(*claims.issued_at_s <= kLatestSecond)) return 0;
  const int64_t ms = to_ms(*claims.issued_at_s);
  return ms <= now_wall_ms + kAheadMsMax ? static_cast<uint32_t>(ms / 1000) : 0;
}

std::string time_text(const std::optional<double>& seconds) {
  if (!seconds) return {};
  return *seconds <= kLatestSecond ? iso8601(to_ms(*seconds)) : "after the year 9999";
}

std::string list_text(const std::vector<std::string_view>& values) {
  std::string text;
  for (const std::string_view value : values) {
    if (!text.empty()) text += ", ";
    text += value;
  }
  return text;
}

}  // namespace

bool is_expired(const Claims& claims, const ClaimPolicy& policy, int64_t now_wall_ms) {
  return claims.expires_at_s && *claims.expires_at_s <= kLatestSecond &&
         now_wall_ms >= expires_at_ms(*claims.expires_at_s, policy);
}

Verdict judge_claims(const Claims& claims, const ClaimPolicy& policy, int64_t now_wall_ms) {
  const int64_t leeway_ms = int64_t{policy.leeway_s} * 1000;
  if (!claims.subject || !is_subject(*claims.subject)) return Denied::kClaims;
  if (!claims.expires_at_s || !(*claims.expires_at_s <= kLatestSecond)) return Denied::kClaims;
  if (is_expired(claims, policy, now_wall_ms)) return Denied::kExpired;
  if (claims.not_before_s) {
    if (!(*claims.not_before_s <= kLatestSecond)) return Denied::kNotYetValid;
    const int64_t valid_from_ms = to_ms(std::ceil(*claims.not_before_s * 1000) / 1000);
    if (now_wall_ms + leeway_ms < valid_from_ms) return Denied::kNotYetValid;
  }
  const auto& audiences = claims.audiences;
  if (std::find(audiences.begin(), audiences.end(), policy.audience) == audiences.end()) {
    return Denied::kAudience;
  }
  if (claims.issuer != policy.issuer) return Denied::kIssuer;
  return Identity{.user = std::string(*claims.subject),
                  .expires_at_ms = expires_at_ms(*claims.expires_at_s, policy),
                  .facts = {.id_hash = claims.id ? token_id_hash(*claims.id) : 0,
                            .issued_at_s = issued_at_s(claims, now_wall_ms)}};
}

std::string judged_claim(Denied why, const Claims& claims) {
  switch (why) {
    case Denied::kExpired:
      return time_text(claims.expires_at_s);
    case Denied::kNotYetValid:
      return time_text(claims.not_before_s);
    case Denied::kAudience:
      return list_text(claims.audiences);
    case Denied::kIssuer:
      return std::string(claims.issuer.value_or(""));
    case Denied::kClaims:
      if (!claims.subject) return "no sub";
      if (!claims.expires_at_s) return "no exp";
      return is_subject(*claims.subject)
                 ? "exp " + time_text(claims.expires_at_s)
                 : "sub " + std::to_string(claims.subject->size()) + " bytes";
    default:
      return {};
  }
}

}  // namespace hermod
