#include "auth/token_form.h"

#include <gtest/gtest.h>

#include "support/jwt_signer.h"

namespace hermod {
namespace {

bool is_token(std::string_view token) {
  TokenParts parts;
  return split_token(token, parts);
}

TEST(TokenFormTest, UndoesTheExampleOfRfc7515) {
  const std::string token =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnV"
      "lfQ"
      ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  TokenParts parts;
  ASSERT_TRUE(split_token(token, parts));
  EXPECT_EQ(parts.header, "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}");
  EXPECT_EQ(parts.payload,
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
  EXPECT_EQ(parts.signature.size(), 32U);
  EXPECT_EQ(parts.signed_text, token.substr(0, token.rfind('.')));
}

TEST(TokenFormTest, RefusesOtherForms) {
  for (const char* token : {"", ".", "..", "YQ", "YQ.YQ", "YQ.YQ.", ".YQ.YQ", "YQ..YQ", "YQ.YQ.YQ.",
                            "YQ.YQ.YQ.YQ", "YQ.YQ.YQ=", "YQ.YQ.YQ\n", " YQ.YQ.YQ", "YQ.YQ.YR",
                            "YQ.YQ.Y", "YQ.YQ.YQ!", "YQ=.YQ.YQ", "YQ.Y%51.YQ", "a.b.c"}) {
    EXPECT_FALSE(is_token(token)) << token;
  }
  EXPECT_FALSE(is_token(std::string_view("YQ.YQ.YQ\0", 9)));
  EXPECT_TRUE(is_token("YQ.YQ.YQ"));
}

TEST(TokenFormTest, IsBoundedInLength) {
  const std::string head = "YQ.YQ.";
  EXPECT_TRUE(is_token(head + std::string(kTokenBytesMax - head.size(), 'A')));
  EXPECT_FALSE(is_token(head + std::string(kTokenBytesMax - head.size() + 2, 'A')));
}

}  // namespace
}  // namespace hermod
