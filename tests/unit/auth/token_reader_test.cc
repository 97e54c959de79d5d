#include "auth/token_reader.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

class TokenReaderTest : public ::testing::Test {
 protected:
  bool takes_header(std::string json) { return reader_.read_header(json).has_value(); }
  bool takes_claims(std::string json) { return reader_.read_claims(json).has_value(); }

  TokenReader reader_;
};

TEST_F(TokenReaderTest, ReadsWhatMattersOfAHeader) {
  std::string json = R"({"kid":"k-1","x5t":"a","alg":"ES256","typ":"jWt"})";
  const auto header = reader_.read_header(json);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->algorithm, "ES256");
  EXPECT_EQ(header->kid, "k-1");
}

TEST_F(TokenReaderTest, RefusesHeadersThatMeanSomethingElse) {
  for (const char* json : {"",
                           "null",
                           "[]",
                           "\"HS256\"",
                           "1",
                           "{",
                           "{}}",
                           R"({"alg":"HS256"} {})",
                           R"({"alg":"HS256","alg":"HS256"})",
                           R"({"alg":"HS256","\u0061lg":"none"})",
                           R"({"alg":"HS256","typ":"JWE"})",
                           R"({"alg":"HS256","typ":1})",
                           R"({"alg":"HS256","typ":null})",
                           R"({"alg":"HS256","crit":["b64"]})",
                           R"({"alg":"HS256","crit":null})",
                           R"({"alg":1})",
                           R"({"alg":["HS256"]})",
                           R"({"alg":"HS256","kid":1})",
                           R"({"alg":"HS256","kid":null})",
                           "\xef\xbb\xbf{\"alg\":\"HS256\"}",
                           "{\"alg\":\"HS256\",\"a\":\"\xff\"}",
                           R"({"alg":"HS256","a":tru})",
                           R"({"alg":"HS256",})",
                           R"({'alg':'HS256'})",
                           R"({"alg":"HS256","a":"\x"})",
                           R"({"alg":"HS256","kid":"\ud800"})",
                           "{\"alg\":\"HS256\",\"a\":\"\n\"}"}) {
    EXPECT_FALSE(takes_header(json)) << json;
  }
  EXPECT_FALSE(takes_header(std::string("{\"alg\":\"HS256\"}\0", 16)));
}

TEST_F(TokenReaderTest, ReadsTheRegisteredClaims) {
  std::string json =
      R"({"sub":"t-1","aud":["a","b"],"iss":"me","exp":1.5e9,"nbf":12.25,"iat":-3,"roles":[{"x":{}}]})";
  const auto claims = reader_.read_claims(json);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->subject, "t-1");
  EXPECT_EQ(claims->issuer, "me");
  EXPECT_EQ(claims->audiences, (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(claims->expires_at_s, 1.5e9);
  EXPECT_EQ(claims->not_before_s, 12.25);
}

TEST_F(TokenReaderTest, RefusesClaimsOfTheWrongType) {
  for (const char* json : {R"({"sub":1})",
                           R"({"sub":null})",
                           R"({"sub":["a"]})",
                           R"({"sub":{"a":1}})",
                           R"({"exp":"1"})",
                           R"({"exp":true})",
                           R"({"exp":null})",
                           R"({"exp":[1]})",
                           R"({"exp":1e400})",
                           R"({"exp":NaN})",
                           R"({"exp":Infinity})",
                           R"({"exp":01})",
                           R"({"exp":+1})",
                           R"({"exp":0x10})",
                           R"({"exp":123456789012345678901234567890})",
                           R"({"nbf":"1"})",
                           R"({"nbf":null})",
                           R"({"iat":"now"})",
                           R"({"iat":null})",
                           R"({"aud":1})",
                           R"({"aud":null})",
                           R"({"aud":["a",1]})",
                           R"({"aud":[["a"]]})",
                           R"({"iss":1})",
                           R"({"iss":["a"]})",
                           R"({"sub":"a","sub":"b"})",
                           R"({"sub":"a","s\u0075b":"b"})",
                           R"({"x":1,"x":1})",
                           "{\"sub\":\"\xc0\xaf\"}",
                           R"({"sub":"\udc00"})",
                           R"({"sub":"\ud83d\u0041"})",
                           R"({"sub":"a"}x)"}) {
    EXPECT_FALSE(takes_claims(json)) << json;
  }
}

TEST_F(TokenReaderTest, IsBoundedInDepth) {
  const auto nested = [](size_t depth) {
    return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(takes_claims(nested(10)));
  EXPECT_FALSE(takes_claims(nested(20)));
  EXPECT_FALSE(takes_claims(nested(4000)));
  EXPECT_TRUE(takes_claims(nested(10)));
}

}  // namespace
}  // namespace hermod
