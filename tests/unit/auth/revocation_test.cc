// What a token is compared with after its verification: revoked ids, the cut of its user, its key.
#include "auth/revoked_tokens.h"
#include "auth/token_facts.h"
#include "unit/auth/auth_fixture.h"

namespace hermod {
namespace {

using test::JwtSigner;

constexpr int64_t kRevokedNowMs = 1'700'000'000'000;
constexpr uint32_t kRevokedNowS = 1'700'000'000;

TokenFacts with_id(std::string_view jti) {
  return {.id_hash = token_id_hash(jti)};
}

TEST(RevokedTokensTest, ATokenIsRefusedUntilItsEnd) {
  RevokedTokens revoked;
  EXPECT_FALSE(revoked.contains(with_id("a"), kRevokedNowMs));
  EXPECT_TRUE(revoked.add("a", kRevokedNowMs + 1000, kRevokedNowMs));
  EXPECT_TRUE(revoked.contains(with_id("a"), kRevokedNowMs + 999));
  EXPECT_FALSE(revoked.contains(with_id("a"), kRevokedNowMs + 1000));
  EXPECT_FALSE(revoked.contains(with_id("b"), kRevokedNowMs));
  EXPECT_FALSE(revoked.contains({}, kRevokedNowMs));
}

TEST(RevokedTokensTest, TheLatestEndCounts) {
  RevokedTokens revoked;
  EXPECT_TRUE(revoked.add("a", kRevokedNowMs + 2000, kRevokedNowMs));
  EXPECT_FALSE(revoked.add("a", kRevokedNowMs + 1000, kRevokedNowMs));
  EXPECT_TRUE(revoked.contains(with_id("a"), kRevokedNowMs + 1999));
  EXPECT_FALSE(revoked.add("b", kRevokedNowMs, kRevokedNowMs));  // it has ended
  EXPECT_EQ(revoked.size(), 1u);
}

TEST(RevokedTokensTest, ForgetsThoseThatEnded) {
  RevokedTokens revoked;
  for (int i = 0; i < 5000; ++i)
    revoked.add(std::to_string(i), kRevokedNowMs + i + 1, kRevokedNowMs + i);
  EXPECT_LE(revoked.size(), 1025u);
}

TEST(UserCutTest, RefusesTheSecondAndWhatIsBefore) {
  const UserCut cut{.at_s = kRevokedNowS - 5, .keep_s = 3610};
  const auto refuses = [&](uint32_t issued_at_s) {
    return is_cut(cut, {.issued_at_s = issued_at_s}, kRevokedNowMs + 60'000, kRevokedNowMs);
  };
  EXPECT_TRUE(refuses(kRevokedNowS - 6));
  EXPECT_TRUE(refuses(kRevokedNowS - 5));
  EXPECT_FALSE(refuses(kRevokedNowS - 4));
  EXPECT_TRUE(refuses(0));  // without an iat
}

TEST(UserCutTest, RefusesATokenThatOutlivesIt) {
  const UserCut cut{.at_s = kRevokedNowS - 5, .keep_s = 3610};
  const int64_t latest_ms = kRevokedNowMs + 3610 * 1000LL;
  EXPECT_FALSE(is_cut(cut, {.issued_at_s = kRevokedNowS}, latest_ms, kRevokedNowMs));
  EXPECT_TRUE(is_cut(cut, {.issued_at_s = kRevokedNowS}, latest_ms + 1, kRevokedNowMs));
  EXPECT_FALSE(is_cut({}, {}, INT64_MAX, kRevokedNowMs));  // there is none
}

class TokenFactsTest : public test::AuthTest {
 protected:
  Identity identity_of(JwtVerifier& verifier, const std::string& more) {
    const Verdict verdict = verifier.verify(
        signer_.sign(
            R"({"sub":"t-1","aud":"huleedu-platform","iss":"huleedu-identity-service","exp":1700000060)" +
            more + "}"),
        kRevokedNowMs);
    const auto* identity = std::get_if<Identity>(&verdict);
    EXPECT_NE(identity, nullptr) << more;
    return identity == nullptr ? Identity{} : *identity;
  }

  const JwtSigner signer_ = JwtSigner::hmac("HS256", kSecret);
};

TEST_F(TokenFactsTest, AreThoseOfTheToken) {
  const auto verifier = make(options_for(signer_));
  const TokenFacts facts = identity_of(*verifier, R"(,"iat":1699999999.9,"jti":"a-1")").facts;
  EXPECT_EQ(facts.issued_at_s, kRevokedNowS - 1);
  EXPECT_EQ(facts.id_hash, token_id_hash("a-1"));
  const TokenFacts none = identity_of(*verifier, "").facts;
  EXPECT_EQ(none.issued_at_s, 0u);
  EXPECT_EQ(none.id_hash, 0u);
}

TEST_F(TokenFactsTest, ATimeInTheFutureIsNone) {
  const auto verifier = make(options_for(signer_));
  EXPECT_EQ(identity_of(*verifier, R"(,"iat":1700000060)").facts.issued_at_s, kRevokedNowS + 60);
  for (const char* given : {"1700086401", "1700000000000", "1e300", "-5"}) {
    EXPECT_EQ(identity_of(*verifier, ",\"iat\":" + std::string(given)).facts.issued_at_s, 0u);
  }
}

TEST_F(TokenFactsTest, AnIdThatIsNoStringIsNone) {
  const auto verifier = make(options_for(signer_));
  for (const char* given : {"7", "null", "{}", "[\"a\"]"}) {
    EXPECT_EQ(identity_of(*verifier, ",\"jti\":" + std::string(given)).facts.id_hash, 0u);
  }
}

TEST_F(TokenFactsTest, ARevokedIdIsDenied) {
  const auto verifier = make(options_for(signer_));
  RevokedTokens revoked;
  revoked.add("a-1", kRevokedNowMs + 5000, kRevokedNowMs);
  verifier->set_revoked(revoked);
  const auto with = [this](std::string_view jti) {
    return signer_.sign(
        R"({"sub":"t-1","aud":"huleedu-platform","iss":"huleedu-identity-service","exp":1700000060,"jti":")" +
        std::string(jti) + "\"}");
  };
  EXPECT_EQ(validate(*verifier, with("a-1")), "revoked");
  EXPECT_EQ(verifier->judged(), "a-1");
  EXPECT_EQ(validate(*verifier, with("a-2")), "ok");
  EXPECT_EQ(validate(*verifier, with("a-1"), kRevokedNowMs + 5000), "ok");
}

TEST_F(TokenFactsTest, AKeyIsKnownUntilAReloadWithdrawsIt) {
  JwtVerifierOptions from = options("HS256");
  from.keys.secret_file = dir_.write("secret", kSecret);
  const auto verifier = make(std::move(from));
  const uint32_t key = identity_of(*verifier, "").facts.key;
  EXPECT_NE(key, 0u);
  EXPECT_TRUE(verifier->has_key(key));
  ASSERT_TRUE(verifier->reload());
  EXPECT_TRUE(verifier->has_key(key));
  dir_.write("secret", "another secret, long enough for HS256");
  ASSERT_TRUE(verifier->reload());
  EXPECT_FALSE(verifier->has_key(key));
}

TEST_F(TokenFactsTest, APublicKeyIsRecognisedWhateverItsFileLooksLike) {
  const JwtSigner signer = JwtSigner::curve("ES256", "P-256");
  JwtVerifierOptions from = options_for(signer);
  const auto verifier = make(std::move(from));
  const Verdict verdict = verifier->verify(signer.sign(kClaims), kRevokedNowMs);
  const uint32_t key = std::get<Identity>(verdict).facts.key;
  dir_.write("ES256.pem", "the key of 2026:\n" + signer.public_pem());
  ASSERT_TRUE(verifier->reload());
  EXPECT_TRUE(verifier->has_key(key));
  dir_.write("ES256.pem", JwtSigner::curve("ES256", "P-256").public_pem());
  ASSERT_TRUE(verifier->reload());
  EXPECT_FALSE(verifier->has_key(key));
}

}  // namespace
}  // namespace hermod
