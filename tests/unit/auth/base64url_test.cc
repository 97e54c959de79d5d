#include "auth/base64url.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(Base64UrlTest, KnowsTheVectorsOfRfc4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64url_encode(bytes), text);
    std::string decoded;
    EXPECT_TRUE(base64url_decode(text, decoded)) << text;
    EXPECT_EQ(decoded, bytes);
  }
}

TEST(Base64UrlTest, RefusesEverythingButTheCanonicalForm) {
  for (const std::string_view text :
       {"Z", "Zg==", "Zg=", "Zh", "Zm9", "Zm8=", "Zm9vY", "Zm9v\n", "Zm 9v", "Zm+v", "Zm/v",
        "Zm9v!", "\xc3\xa4Zm", "Zm9=", "Z.9v"}) {
    std::string decoded;
    EXPECT_FALSE(base64url_decode(text, decoded)) << text;
  }
}

TEST(Base64UrlTest, HasOneTextForEachByteString) {
  // All texts of two characters: each accepted one encodes to itself again.
  int taken = 0;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      std::string decoded;
      if (!base64url_decode(text, decoded)) continue;
      ++taken;
      EXPECT_EQ(base64url_encode(decoded), text);
    }
  }
  EXPECT_EQ(taken, 256);
}

}  // namespace
}  // namespace hermod
