#include "auth/claims.h"

#include <gtest/gtest.h>

#include <limits>

namespace hermod {
namespace {

constexpr int64_t kNowMs = 1'700'000'000'000;
constexpr double kNowS = 1'700'000'000;

Claims good() {
  Claims claims;
  claims.subject = "t-1";
  claims.audiences = {"huleedu-platform"};
  claims.issuer = "huleedu-identity-service";
  claims.expires_at_s = kNowS + 60;
  return claims;
}

Verdict validate(const Claims& claims, uint32_t leeway_s = 0, int64_t now_ms = kNowMs) {
  return judge_claims(claims, {"huleedu-platform", "huleedu-identity-service", leeway_s}, now_ms);
}

void expect_denied(Denied why, const Claims& claims, uint32_t leeway_s = 0) {
  const Verdict verdict = validate(claims, leeway_s);
  ASSERT_TRUE(std::holds_alternative<Denied>(verdict)) << label(why);
  EXPECT_EQ(label(std::get<Denied>(verdict)), label(why));
}

void expect_let_in(const Claims& claims, uint32_t leeway_s = 0) {
  EXPECT_TRUE(std::holds_alternative<Identity>(validate(claims, leeway_s)));
}

TEST(ClaimsTest, LetsInWithUserAndExpiry) {
  const Verdict verdict = validate(good(), 5);
  ASSERT_TRUE(std::holds_alternative<Identity>(verdict));
  EXPECT_EQ(std::get<Identity>(verdict).user, "t-1");
  EXPECT_EQ(std::get<Identity>(verdict).expires_at_ms, kNowMs + 65'000);
}

TEST(ClaimsTest, NeedsASubject) {
  Claims claims = good();
  claims.subject.reset();
  expect_denied(Denied::kClaims, claims);
  const std::string longest(kSubjectBytesMax, 'x');
  const std::string too_long(kSubjectBytesMax + 1, 'x');
  for (const std::string_view subject :
       {std::string_view(""), std::string_view("a\0b", 3), std::string_view(too_long)}) {
    claims.subject = subject;
    expect_denied(Denied::kClaims, claims);
  }
  claims.subject = longest;
  expect_let_in(claims);
}

TEST(ClaimsTest, ExpiresToTheMillisecond) {
  Claims claims = good();
  claims.expires_at_s.reset();
  expect_denied(Denied::kClaims, claims);
  for (const double past : {kNowS, kNowS - 0.5, 0.0, -1.0, -1e300}) {
    claims.expires_at_s = past;
    expect_denied(Denied::kExpired, claims);
  }
  claims.expires_at_s = kNowS + 0.5;
  expect_let_in(claims);
  EXPECT_EQ(std::get<Identity>(validate(claims)).expires_at_ms, kNowMs + 500);
  claims.expires_at_s = kNowS - 4.5;
  expect_denied(Denied::kExpired, claims, 4);
  expect_let_in(claims, 5);
}

TEST(ClaimsTest, RefusesAnExpiryBeyondTheYear9999) {
  Claims claims = good();
  for (const double late : {1e300, 1.7e12, std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::quiet_NaN()}) {
    claims.expires_at_s = late;
    expect_denied(Denied::kClaims, claims);
  }
  claims.expires_at_s = 253'402'300'799;
  expect_let_in(claims);
}

TEST(ClaimsTest, HonoursNotBefore) {
  Claims claims = good();
  for (const double later : {kNowS + 0.25, kNowS + 3, 1e300}) {
    claims.not_before_s = later;
    expect_denied(Denied::kNotYetValid, claims);
  }
  for (const double earlier : {kNowS, kNowS - 0.25, 0.0, -1e300}) {
    claims.not_before_s = earlier;
    expect_let_in(claims);
  }
  claims.not_before_s = kNowS + 4.5;
  expect_denied(Denied::kNotYetValid, claims, 4);
  expect_let_in(claims, 5);
}

TEST(ClaimsTest, LooksForTheAudienceAndTheIssuer) {
  Claims claims = good();
  claims.audiences = {"other", "huleedu-platform"};
  expect_let_in(claims);
  for (const auto& audiences : std::vector<std::vector<std::string_view>>{
           {}, {"other"}, {"huleedu-platform2"}, {"HULEEDU-PLATFORM"}, {""}}) {
    claims.audiences = audiences;
    expect_denied(Denied::kAudience, claims);
  }
  claims = good();
  for (const std::optional<std::string_view>& issuer :
       std::vector<std::optional<std::string_view>>{std::nullopt, "", "other"}) {
    claims.issuer = issuer;
    expect_denied(Denied::kIssuer, claims);
  }
}

}  // namespace
}  // namespace hermod
