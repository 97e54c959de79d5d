// Systematic mutations of good tokens: none may be let in. Each test counts what it tried.

#include "auth/base64url.h"
#include "unit/auth/auth_fixture.h"

namespace hermod {
namespace {

using test::JwtSigner;

class JwtMutationTest : public test::AuthTest {
 protected:
  void TearDown() override { RecordProperty("tried", tried_); }

  void expect_refused(JwtVerifier& verifier, const std::string& token, const std::string& what) {
    ++tried_;
    if (judge(verifier, token) == "ok") ADD_FAILURE() << what << ": " << token;
  }

  // Each character in turn as every other byte that could pass for one, and without it, and
  // doubled.
  void mutate_characters(JwtVerifier& verifier, const std::string& good) {
    static constexpr std::string_view kOthers =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.%! \t\r\n";
    for (size_t at = 0; at < good.size(); ++at) {
      for (const char other : kOthers) {
        if (other == good[at]) continue;
        std::string token = good;
        token[at] = other;
        expect_refused(verifier, token, "changed");
        expect_refused(verifier, std::string(good).insert(at, 1, other), "inserted");
      }
      expect_refused(verifier, good.substr(0, at), "cut");
      expect_refused(verifier, good.substr(at + 1), "beheaded");
      expect_refused(verifier, std::string(good).insert(at, 1, '\0'), "NUL");
    }
  }

  void append_junk(JwtVerifier& verifier, const std::string& good) {
    for (int byte = 0; byte < 256; ++byte) {
      const std::string junk(1, static_cast<char>(byte));
      expect_refused(verifier, good + junk, "junk behind");
      expect_refused(verifier, junk + good, "junk before");
      expect_refused(verifier, good + junk + junk, "junk twice behind");
      expect_refused(verifier, good + '=' + junk, "padding and junk behind");
    }
    for (const char* junk : {"====", "\n\n", ".", "..", ".YQ", "%3D", "\r\n", "AA==", "&token=a"}) {
      expect_refused(verifier, good + junk, "junk behind");
    }
  }

  int tried_ = 0;
};

TEST_F(JwtMutationTest, OfASecretsToken) {
  const JwtSigner signer = JwtSigner::hmac("HS256", kSecret);
  const auto verifier = make(options_for(signer));
  const std::string good = signer.sign(kClaims);
  ASSERT_EQ(judge(*verifier, good), "ok");
  mutate_characters(*verifier, good);
  append_junk(*verifier, good);
  EXPECT_GT(tried_, 10'000);
}

TEST_F(JwtMutationTest, OfPublicKeysTokens) {
  for (const JwtSigner& signer : {JwtSigner::rsa("RS256"), JwtSigner::curve("ES256", "P-256"),
                                  JwtSigner::curve("ES384", "P-384")}) {
    const auto verifier = make(options_for(signer));
    const std::string good = signer.sign(kClaims);
    ASSERT_EQ(judge(*verifier, good), "ok");
    append_junk(*verifier, good);
    const size_t dot = good.rfind('.');
    for (size_t at = dot + 1; at < good.size(); ++at) {
      std::string token = good;
      token[at] = token[at] == 'A' ? 'B' : 'A';
      expect_refused(*verifier, token, "changed");
      expect_refused(*verifier, good.substr(0, at), "cut");
    }
  }
}

// The bytes of r and s at their bounds, in the right length and in others.
TEST_F(JwtMutationTest, OfACurvesNumbers) {
  const JwtSigner signer = JwtSigner::curve("ES256", "P-256");
  const auto verifier = make(options_for(signer));
  const std::string text = test::to_base64url(signer.header()) + '.' + test::to_base64url(kClaims);
  for (size_t bytes = 1; bytes <= 80; ++bytes) {
    for (const char fill : {'\x00', '\x01', '\x7f', '\x80', '\xff'}) {
      expect_refused(*verifier, text + '.' + test::to_base64url(std::string(bytes, fill)),
                     "numbers");
    }
  }
  const std::string raw = signer.signature(text);
  expect_refused(*verifier, text + '.' + test::to_base64url(raw.substr(32) + raw.substr(0, 32)),
                 "s||r");
  expect_refused(*verifier, text + '.' + test::to_base64url('\0' + raw), "longer");
  ASSERT_EQ(judge(*verifier, text + '.' + test::to_base64url(raw)), "ok");
}

// Signed rightly, but not what this service takes.
TEST_F(JwtMutationTest, OfWhatIsSigned) {
  const JwtSigner signer = JwtSigner::hmac("HS256", kSecret);
  const auto verifier = make(options_for(signer));
  const std::string claims = kClaims;
  const std::string header = signer.header();
  const size_t subject = claims.find("t-1");  // any text will do there
  for (size_t at = 0; at < claims.size(); ++at) {
    if (at >= subject && at < subject + 3) continue;
    expect_refused(*verifier, signer.sign(claims.substr(0, at) + claims.substr(at + 1)),
                   "claim cut");
    for (const char* junk : {"\"", "}", "\xff", "\\"}) {
      if (claims.substr(at, 1) == junk) continue;
      expect_refused(*verifier, signer.sign(std::string(claims).replace(at, 1, junk)),
                     "claim changed");
    }
  }
  for (size_t at = 0; at < header.size(); ++at) {
    expect_refused(*verifier, signer.sign(header.substr(0, at), claims), "header cut");
    expect_refused(*verifier, signer.sign(std::string(header).replace(at, 1, "\x01"), claims),
                   "header");
  }
  for (const char* twice : {R"("sub":"t-2")", R"("exp":1800000000)", R"("aud":"huleedu-platform")",
                            R"("iss":"huleedu-identity-service")", R"("s\u0075b":"t-2")"}) {
    expect_refused(*verifier, signer.sign("{" + std::string(twice) + ',' + claims.substr(1)),
                   "twice");
  }
}

}  // namespace
}  // namespace hermod
