#include "auth/token_minter.h"

#include "auth/token_form.h"
#include "unit/auth/auth_fixture.h"

namespace hermod {
namespace {

using test::JwtSigner;

class TokenMinterTest : public test::AuthTest {
 protected:
  static std::string mint(const JwtVerifierOptions& from, const TokenMinter::Request& request) {
    const auto minter = TokenMinter::create({from.keys, from.claims.audience, from.claims.issuer});
    EXPECT_TRUE(minter.ok());
    const Result<std::string> token = minter.value().mint(request);
    return token.ok() ? token.value() : "error: " + token.error().message;
  }
};

TEST_F(TokenMinterTest, MintsWhatTheVerifierTakes) {
  for (const char* algorithm : {"HS256", "HS384", "HS512"}) {
    JwtVerifierOptions from = options(algorithm);
    from.keys.secret = generate_secret();
    const auto verifier = make(from);
    const std::string token = mint(from, {"t-ä\"1", 60, kNowMs, {}});
    const Verdict verdict = verifier->verify(token, kNowMs);
    ASSERT_TRUE(std::holds_alternative<Identity>(verdict)) << token;
    EXPECT_EQ(std::get<Identity>(verdict).user, "t-ä\"1");
    EXPECT_EQ(std::get<Identity>(verdict).expires_at_ms, kNowMs + 60'000);
  }
}

TEST_F(TokenMinterTest, SignsWithTheOnlySecretOfASet) {
  JwtVerifierOptions from = options("HS256");
  const JwtSigner one = JwtSigner::hmac("HS256", kSecret);
  from.keys.jwks_file = dir_.write("set", R"({"keys":[)" + one.jwk("one") + "]}");
  const auto verifier = make(from);
  EXPECT_EQ(validate(*verifier, mint(from, {"t-1", 60, kNowMs, {}})), "ok");

  from.keys.jwks_file =
      dir_.write("set", R"({"keys":[)" + one.jwk("one") + ',' + one.jwk("two") + "]}");
  const auto minter = TokenMinter::create({from.keys, "a", "i"});
  ASSERT_FALSE(minter.ok());
  EXPECT_NE(minter.error().message.find("exactly one"), std::string::npos);
}

TEST_F(TokenMinterTest, PutsExtraClaimsOverItsOwn) {
  JwtVerifierOptions from = options("HS256");
  from.keys.secret = kSecret;
  const auto verifier = make(from);
  EXPECT_EQ(validate(*verifier, mint(from, {"t-1", 60, kNowMs, R"({"roles":["x"],"n":1.5})"})),
            "ok");
  EXPECT_EQ(validate(*verifier, mint(from, {"t-1", 60, kNowMs, R"({"aud":"other"})"})), "audience");
  EXPECT_EQ(validate(*verifier, mint(from, {"t-1", 60, kNowMs, R"({"exp":1})"})), "expired");
  EXPECT_EQ(mint(from, {"t-1", 60, kNowMs, "[1]"}), "error: extra claims must be a JSON object");
  EXPECT_TRUE(mint(from, {"", 60, kNowMs, {}}).starts_with("error: "));
  EXPECT_TRUE(mint(from, {"\xff", 60, kNowMs, {}}).starts_with("error: "));
}

TEST_F(TokenMinterTest, MakesNoTokenThatIsTooLong) {
  JwtVerifierOptions from = options("HS256");
  from.keys.secret = kSecret;
  const auto verifier = make(from);
  const auto padded = [](size_t bytes) { return R"({"x":")" + std::string(bytes, 'x') + R"("})"; };
  const std::string too_long =
      "error: the token would be over 8 KiB with this user and these claims";

  size_t bytes = kTokenBytesMax * 3 / 4;
  std::string token = too_long;
  for (; token == too_long; --bytes) token = mint(from, {"t-1", 60, kNowMs, padded(bytes)});
  EXPECT_GT(token.size(), kTokenBytesMax - 4);  // close to the limit
  EXPECT_LE(token.size(), kTokenBytesMax);
  EXPECT_EQ(validate(*verifier, token), "ok");

  constexpr size_t kMuch = 8'000'000;  // more than a thread's stack
  EXPECT_EQ(mint(from, {"t-1", 60, kNowMs, padded(kMuch)}), too_long);
  EXPECT_EQ(mint(from, {std::string(kMuch, 'u'), 60, kNowMs, {}}), too_long);
  EXPECT_EQ(mint(from, {"t-1", 60, kNowMs, R"({"x":)" + std::string(kMuch, '[')}), too_long);
}

TEST_F(TokenMinterTest, SaysWhyItCannotSign) {
  const auto why = [](const KeyOptions& keys) {
    const auto minter = TokenMinter::create({keys, "a", "i"});
    return minter.ok() ? "" : minter.error().message;
  };
  EXPECT_NE(why(options("RS256").keys).find("signs with a private key"), std::string::npos);
  EXPECT_NE(why(options("HS256").keys).find("is needed to mint a token"), std::string::npos);
  EXPECT_NE(why(options("XX").keys).find("JWT_ALGORITHM"), std::string::npos);
}

TEST_F(TokenMinterTest, GeneratesSecretsThatDiffer) {
  const std::string secret = generate_secret();
  EXPECT_EQ(secret.size(), 43U);
  EXPECT_NE(secret, generate_secret());
}

}  // namespace
}  // namespace hermod
