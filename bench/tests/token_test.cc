#include "kit/token.h"

#include <gtest/gtest.h>

#include "kit/url.h"

namespace hermod::bench {
namespace {

TEST(Base64, MatchesRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
}

TEST(Accept, MatchesRfc6455) {
  EXPECT_EQ(accept_of_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(TokenMint, SignsTheClaims) {
  // The expected value comes from another implementation.
  const TokenMint mint("secret", {"i", "a", 60});
  EXPECT_EQ(mint.mint("u1", 1000),
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
            "eyJzdWIiOiJ1MSIsImF1ZCI6ImEiLCJpc3MiOiJpIiwiaWF0IjoxMDAwLCJleHAiOjEwNjB9."
            "O4Rhqdn_KGRFknnK0YdhX9W3Ao4rdt29Ph5T3qAiACU");
}

TEST(Url, IsTakenApart) {
  const auto url = parse_url("ws://127.0.0.1:8080/ws?token={token}");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "127.0.0.1");
  EXPECT_EQ(url->port, "8080");
  EXPECT_EQ(url->host_header, "127.0.0.1:8080");
  EXPECT_EQ(url->target, "/ws?token={token}");
  EXPECT_EQ(parse_url("ws://h")->port, "80");
  EXPECT_EQ(parse_url("ws://h")->target, "/");
  EXPECT_EQ(parse_url("ws://h?x=1")->target, "/?x=1");
  EXPECT_EQ(parse_url("ws://[::1]:99/a")->host, "::1");
  EXPECT_EQ(parse_url("ws://[::1]:99/a")->port, "99");
}

TEST(Url, IsRefusedWhenItIsNone) {
  for (const char* text : {"", "http://h/", "ws://", "ws:///x", "ws://h:/", "ws://h:x/",
                           "ws://[::1/", "ws://[::1]x/"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(FillIn, ReplacesEachName) {
  EXPECT_EQ(fill_in("/{user}?t={token}&u={user}", "u7", "T"), "/u7?t=T&u=u7");
  EXPECT_EQ(fill_in("{user}", "{user}", ""), "{user}");
}

}  // namespace
}  // namespace hermod::bench
