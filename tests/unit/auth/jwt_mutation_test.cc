// Systematic mutations of valid tokens: none may be accepted. Each test counts its attempts.

#include <map>
#include <set>
#include <vector>

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
    if (validate(verifier, token) == "ok") ADD_FAILURE() << what << ": " << token;
  }

  // Replaces each character in turn by every other byte that could pass for one, removes it, and
  // doubles it.
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
  ASSERT_EQ(validate(*verifier, good), "ok");
  mutate_characters(*verifier, good);
  append_junk(*verifier, good);
  EXPECT_GT(tried_, 10'000);
}

TEST_F(JwtMutationTest, OfPublicKeysTokens) {
  for (const JwtSigner& signer : {JwtSigner::rsa("RS256"), JwtSigner::curve("ES256", "P-256"),
                                  JwtSigner::curve("ES384", "P-384")}) {
    const auto verifier = make(options_for(signer));
    const std::string good = signer.sign(kClaims);
    ASSERT_EQ(validate(*verifier, good), "ok");
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

// The bytes of r and s at their limits, in the correct length and in others.
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
  ASSERT_EQ(validate(*verifier, text + '.' + test::to_base64url(raw)), "ok");
}

// Correctly signed, but not acceptable for this service.
TEST_F(JwtMutationTest, OfWhatIsSigned) {
  const JwtSigner signer = JwtSigner::hmac("HS256", kSecret);
  const auto verifier = make(options_for(signer));
  const std::string claims = kClaims;
  const std::string header = signer.header();
  const size_t subject = claims.find("t-1");  // here, any text is a valid subject
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

// Claims with invalid values in otherwise valid and correctly signed tokens: of the wrong type, not
// JSON, not UTF-8, beyond the range of numbers, nested, or look-alikes.
const std::vector<std::string>& odd_values() {
  static const std::vector<std::string> values = [] {
    std::vector<std::string> made = {
        "null", "true", "false", "[]", "{}", "[[]]", "[null]", "[1]", R"({"a":1})", R"("")",
        // numbers
        "0", "-0", "-1", "1.5", "1e309", "-1e309", "1e400", "1e999999999", "253402300800", "NaN",
        "Infinity", "-Infinity", "0x10", "017", "+1", ".5", "1.", "1e", "1e+", "--1",
        "1700000060000", "18446744073709551616", std::string(100, '9'), "1" + std::string(400, '0'),
        // strings
        R"("\u0000")", R"("\ud800")", R"("\udc00\ud800")", R"("\u12")", R"("\x41")", "'t-1'", "t-1",
        "\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"a\nb\"",
        "\"open", std::string("\"a\0b\"", 5), "\xef\xbb\xbf\"t-1\"",
        // more than one value, or less
        "1 2", "1,", "", "/**/1", "1//", R"("a" "b")", R"("a","sub":"t-2")",
        R"("a","s\u0075b":"b")"};
    for (const size_t depth : {17U, 64U, 1'000U}) {
      made.push_back(std::string(depth, '[') + std::string(depth, ']'));
      std::string objects;
      for (size_t i = 0; i < depth; ++i) objects += R"({"a":)";
      made.push_back(objects + "1" + std::string(depth, '}'));
    }
    return made;
  }();
  return values;
}

TEST_F(JwtMutationTest, OfValues) {
  const JwtSigner signer = JwtSigner::hmac("HS256", kSecret);
  JwtVerifierOptions set = options("HS256");
  set.keys.jwks_file =
      dir_.write("set.json", R"({"keys":[)" + signer.jwk("one") + ',' + signer.jwk("two") + "]}");
  const auto verifier = make(set);
  const std::map<std::string, std::string> header = {
      {"alg", R"("HS256")"}, {"typ", R"("JWT")"}, {"kid", R"("one")"}};
  const std::map<std::string, std::string> claims = {{"sub", R"("t-1")"},
                                                     {"aud", R"("huleedu-platform")"},
                                                     {"iss", R"("huleedu-identity-service")"},
                                                     {"exp", "1700000060"},
                                                     {"nbf", "1699999940"}};
  const auto write = [](std::map<std::string, std::string> fields, const std::string& name,
                        const std::string& value) {
    fields[name] = value;
    std::string text;
    for (const auto& [field, content] : fields)
      text += (text.empty() ? "{\"" : ",\"") + field + "\":" + content;
    return text + '}';
  };
  ASSERT_EQ(validate(*verifier, signer.sign(write(header, "x", "1"), write(claims, "x", "1"))),
            "ok");
  // Past `nbf` times, which are valid; a time may have a fraction.
  const std::set<std::string> good_starts = {"0", "-0", "-1", "1.5"};
  std::vector<std::string> values = odd_values();
  for (const char* other :
       {R"("none")", R"("None")", R"("HS384")", R"("HS256 ")", R"("hs256")", R"("RS256")",
        R"("ＨＳ256")", R"("HS256\u0000")", R"(["HS256"])", R"("../../dev/null")", R"("one\u0000")",
        R"("One")", R"("JWE")", R"("at+jwt")", R"("application/jwt")"}) {
    values.emplace_back(other);
  }
  for (const std::string& value : values) {
    for (const auto& [name, good] : header)
      expect_refused(*verifier, signer.sign(write(header, name, value), write(claims, "x", "1")),
                     name);
    expect_refused(*verifier, signer.sign(write(header, "crit", value), write(claims, "x", "1")),
                   "crit");
    for (const char* name : {"aud", "exp", "iss", "nbf"}) {
      if (name == std::string("nbf") && good_starts.count(value) != 0) continue;
      expect_refused(*verifier, signer.sign(write(header, "x", "1"), write(claims, name, value)),
                     name);
    }
  }
  for (const std::string& value : odd_values())
    expect_refused(*verifier, signer.sign(write(header, "x", "1"), write(claims, "sub", value)),
                   "sub");
}

}  // namespace
}  // namespace hermod
