#include "auth/jwt_verifier.h"

#include "auth/base64url.h"
#include "unit/auth/auth_fixture.h"

namespace hermod {
namespace {

using test::JwtSigner;
using JwtVerifierTest = test::AuthTest;

std::vector<JwtSigner> all_signers(std::string_view secret) {
  return {JwtSigner::hmac("HS256", secret),
          JwtSigner::hmac("HS384", secret),
          JwtSigner::hmac("HS512", secret),
          JwtSigner::rsa("RS256"),
          JwtSigner::rsa("RS384"),
          JwtSigner::rsa("RS512", 3072),
          JwtSigner::curve("ES256", "P-256"),
          JwtSigner::curve("ES384", "P-384"),
          JwtSigner::curve("ES512", "P-521")};
}

TEST_F(JwtVerifierTest, TakesEachAlgorithmAndNoOther) {
  const std::vector<JwtSigner> signers = all_signers(kSecret);
  for (const JwtSigner& pinned : signers) {
    const auto verifier = make(options_for(pinned));
    ASSERT_NE(verifier, nullptr);
    for (const JwtSigner& signer : signers) {
      EXPECT_EQ(validate(*verifier, signer.sign(kClaims)),
                signer.algorithm() == pinned.algorithm() ? "ok" : "algorithm")
          << pinned.algorithm() << " given " << signer.algorithm();
    }
  }
}

// The numbers of ECDSA signatures vary in length, so many signatures are tried.
TEST_F(JwtVerifierTest, TakesEverySignatureOfACurve) {
  const JwtSigner signer = JwtSigner::curve("ES512", "P-521");
  const auto verifier = make(options_for(signer));
  for (int i = 0; i < 100; ++i) ASSERT_EQ(validate(*verifier, signer.sign(kClaims)), "ok");
}

TEST_F(JwtVerifierTest, KnowsTheExampleOfRfc7515) {
  std::string secret;
  ASSERT_TRUE(base64url_decode(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
      secret));
  JwtVerifierOptions from = options("HS256");
  from.keys.secret = secret;
  const auto verifier = make(std::move(from));
  // The signature and the form are valid, but there is no subject.
  EXPECT_EQ(
      validate(
          *verifier,
          "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
          ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp"
          "0cnVlfQ"
          ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
          1'300'819'000'000),
      "claims");
}

TEST_F(JwtVerifierTest, NamesTheReason) {
  const JwtSigner signer = JwtSigner::hmac("HS256", kSecret);
  const auto verifier = make(options_for(signer));
  const std::string good = signer.sign(kClaims);
  const auto with = [](std::string_view claims) {
    return R"({"sub":"t-1","aud":"huleedu-platform","iss":"huleedu-identity-service",)" +
           std::string(claims) + "}";
  };
  const auto other =
      JwtSigner::hmac("HS256", "another secret, long enough for HS256").sign(kClaims);
  EXPECT_EQ(validate(*verifier, good), "ok");
  EXPECT_EQ(validate(*verifier, ""), "missing");
  EXPECT_EQ(validate(*verifier, "no token"), "malformed");
  EXPECT_EQ(validate(*verifier, other), "signature");
  EXPECT_EQ(validate(*verifier, good, kNowMs + 60'000), "expired");
  EXPECT_EQ(validate(*verifier, signer.sign(with(R"("exp":1700000060,"nbf":1700000001)"))),
            "not_yet_valid");
  EXPECT_EQ(validate(*verifier, signer.sign(with(R"("exp":1700000000.5)"))), "ok");
  EXPECT_EQ(validate(*verifier, signer.sign(R"({"sub":"a","exp":1700000060})")), "audience");
  EXPECT_EQ(validate(*verifier,
                     signer.sign(R"({"sub":"a","exp":1700000060,"aud":["huleedu-platform"]})")),
            "issuer");
  EXPECT_EQ(validate(*verifier, signer.sign("[]")), "claims");
  for (int why = 0; why <= static_cast<int>(kDeniedLast); ++why) {
    EXPECT_FALSE(label(static_cast<Denied>(why)).empty());
    EXPECT_FALSE(message(static_cast<Denied>(why)).empty());
  }
}

// For the log line: the operator compares the value with the setting.
TEST_F(JwtVerifierTest, SaysWhatItJudgedAndTheKeyIdOfAGoodToken) {
  const test::JwtSigner signer = test::JwtSigner::hmac("HS256", kSecret);
  const auto verifier = make(options_for(signer));
  const auto judged = [&](const std::string& token) {
    validate(*verifier, token);
    return std::string(verifier->judged());
  };
  const std::string id = R"("sub":"a","exp":1700000060)";
  EXPECT_EQ(judged(signer.sign(R"({"alg":"none"})", kClaims)), "none");
  EXPECT_EQ(judged(signer.sign(R"({"sub":"a","exp":1699999999.5})")), "2023-11-14T22:13:19.500Z");
  EXPECT_EQ(judged(signer.sign("{" + id + R"(,"nbf":1e99})")), "after the year 9999");
  EXPECT_EQ(judged(signer.sign("{" + id + R"(,"aud":["b","c"]})")), "b, c");
  EXPECT_EQ(judged(signer.sign("{" + id + R"(,"aud":"huleedu-platform","iss":"d"})")), "d");
  EXPECT_EQ(judged(signer.sign(R"({"exp":1700000060})")), "no sub");
  EXPECT_EQ(judged(signer.sign(R"({"sub":"a"})")), "no exp");
  EXPECT_EQ(judged(signer.sign(R"({"sub":"","exp":1700000060})")), "sub 0 bytes");

  const std::string good = signer.sign(R"({"alg":"HS256","kid":"key-7"})", kClaims);
  const Verdict verdict = verifier->verify(good, kNowMs);
  ASSERT_TRUE(std::holds_alternative<Identity>(verdict));
  EXPECT_EQ(std::get<Identity>(verdict).kid, "key-7");
  EXPECT_EQ(verifier->judged(), "");
}

TEST_F(JwtVerifierTest, CannotBeTalkedIntoAnotherAlgorithm) {
  const JwtSigner rsa = JwtSigner::rsa("RS256");
  const auto verifier = make(options_for(rsa));
  const std::string text =
      test::to_base64url(R"({"alg":"none"})") + '.' + test::to_base64url(kClaims);
  EXPECT_EQ(validate(*verifier, text + '.'), "malformed");
  EXPECT_EQ(validate(*verifier, text + ".YQ"), "algorithm");
  // Uses the PEM text of the public key as an HMAC secret, announced as HS256 and, with the same
  // bytes, as RS256.
  const JwtSigner confused = JwtSigner::hmac("HS256", rsa.public_pem());
  EXPECT_EQ(validate(*verifier, confused.sign(kClaims)), "algorithm");
  EXPECT_EQ(validate(*verifier, confused.sign(rsa.header(), kClaims)), "signature");
  EXPECT_EQ(validate(*verifier, rsa.sign(R"({"alg":"rs256"})", kClaims)), "algorithm");
  EXPECT_EQ(validate(*verifier, rsa.sign(R"({"typ":"JWT"})", kClaims)), "algorithm");
}

TEST_F(JwtVerifierTest, AnExpiredTokenCostsNoSignature) {
  const JwtSigner signer = JwtSigner::curve("ES512", "P-521");
  const auto verifier = make(options_for(signer));
  const std::string good = signer.sign(kClaims);
  const std::string forged = good.substr(0, good.size() - 8) + "AAAAAAAA";
  for (const std::string& token : {good, forged}) {
    const auto verdict = verifier->verify_at_once(token, kNowMs + 60'000);
    ASSERT_TRUE(verdict.has_value());
    EXPECT_EQ(std::get<Denied>(*verdict), Denied::kExpired);
  }
  EXPECT_EQ(verifier->signature_us(), 0);
}

TEST_F(JwtVerifierTest, ATokenThatComesAgainCostsNoSignature) {
  const JwtSigner signer = JwtSigner::curve("ES256", "P-256");
  const auto verifier = make(options_for(signer));
  const std::string good = signer.sign(kClaims);
  const std::string forged = good.substr(0, good.size() - 8) + "AAAAAAAA";
  for (const std::string& token : {good, forged}) {
    EXPECT_FALSE(verifier->verify_at_once(token, kNowMs).has_value());
    const std::string_view said = validate(*verifier, token);
    EXPECT_EQ(said, token == good ? "ok" : "signature");
    const auto again = verifier->verify_at_once(token, kNowMs);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(std::holds_alternative<Identity>(*again), token == good);
  }
  EXPECT_GT(verifier->signature_us(), 0);
}

TEST_F(JwtVerifierTest, ATokenThatComesAgainIsJudgedByItsClaimsAnew) {
  const JwtSigner signer = JwtSigner::curve("ES256", "P-256");
  const auto verifier = make(options_for(signer));
  const std::string token = signer.sign(kClaims);
  EXPECT_EQ(validate(*verifier, token), "ok");
  EXPECT_EQ(validate(*verifier, token, kNowMs + 59'999), "ok");
  EXPECT_EQ(validate(*verifier, token, kNowMs + 60'000), "expired");
  const std::string early = signer.sign(
      R"({"sub":"t-1","aud":"huleedu-platform","iss":"huleedu-identity-service","exp":1700000060,"nbf":1700000010})");
  EXPECT_EQ(validate(*verifier, early), "not_yet_valid");
  EXPECT_EQ(validate(*verifier, early, kNowMs + 10'000), "ok");
  const std::string other = signer.sign(R"({"sub":"a","exp":1700000060})");
  EXPECT_EQ(validate(*verifier, other), "audience");
  EXPECT_EQ(validate(*verifier, other), "audience");
}

TEST_F(JwtVerifierTest, AReloadForgetsWhatTheOldKeysSaid) {
  const JwtSigner first = JwtSigner::curve("ES256", "P-256");
  const JwtSigner second = JwtSigner::curve("ES256", "P-256");
  JwtVerifierOptions from = options("ES256");
  from.keys.public_key_file = dir_.write("key.pem", first.public_pem());
  const auto verifier = make(std::move(from));
  const std::string of_first = first.sign(kClaims);
  const std::string of_second = second.sign(kClaims);
  EXPECT_EQ(validate(*verifier, of_first), "ok");
  EXPECT_EQ(validate(*verifier, of_second), "signature");
  dir_.write("key.pem", second.public_pem());
  ASSERT_TRUE(verifier->reload().ok());
  EXPECT_EQ(validate(*verifier, of_first), "signature");
  EXPECT_EQ(validate(*verifier, of_second), "ok");
}

TEST_F(JwtVerifierTest, ASecretsSignatureIsCheckedAtOnce) {
  const JwtSigner signer = JwtSigner::hmac("HS256", kSecret);
  const auto verifier = make(options_for(signer));
  EXPECT_TRUE(verifier->verify_at_once(signer.sign(kClaims), kNowMs).has_value());
  EXPECT_EQ(verifier->signature_us(), 0);
}

TEST_F(JwtVerifierTest, ReloadTakesNewKeysAndKeepsTheOldOnAnError) {
  const JwtSigner first = JwtSigner::hmac("HS256", "the first secret of thirty-two bytes");
  const JwtSigner second = JwtSigner::hmac("HS256", "the other secret of thirty-two bytes");
  JwtVerifierOptions from = options("HS256");
  from.keys.secret_file = dir_.write("key", "the first secret of thirty-two bytes\n");
  const std::string path = from.keys.secret_file;
  const auto verifier = make(std::move(from));
  EXPECT_EQ(validate(*verifier, first.sign(kClaims)), "ok");

  dir_.write("key", "the other secret of thirty-two bytes\r\n");
  EXPECT_TRUE(verifier->reload().ok());
  EXPECT_EQ(validate(*verifier, first.sign(kClaims)), "signature");
  EXPECT_EQ(validate(*verifier, second.sign(kClaims)), "ok");

  std::filesystem::remove(path);
  const Result<void> reloaded = verifier->reload();
  ASSERT_FALSE(reloaded.ok());
  EXPECT_NE(reloaded.error().message.find("JWT_SECRET_KEY_FILE"), std::string::npos);
  EXPECT_EQ(validate(*verifier, second.sign(kClaims)), "ok");
}

}  // namespace
}  // namespace hermod
