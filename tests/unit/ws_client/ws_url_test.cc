#include "ws_client/ws_url.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(WsUrlTest, TakesApartWhatAWebSocketAddressMayHold) {
  struct Case {
    const char* text;
    bool tls;
    const char* host;
    uint16_t port;
    const char* target;
  };
  for (const Case& one : {
           Case{"ws://localhost:8080/ws/v1/notifications", false, "localhost", 8080,
                "/ws/v1/notifications"},
           Case{"ws://example.org", false, "example.org", 80, "/"},
           Case{"wss://example.org/x?a=b", true, "example.org", 443, "/x?a=b"},
           Case{"ws://example.org?a=b", false, "example.org", 80, "/?a=b"},
           Case{"ws://[::1]:81/", false, "::1", 81, "/"},
           Case{"wss://[::1]", true, "::1", 443, "/"},
       }) {
    const Result<WsUrl> url = parse_ws_url(one.text);
    ASSERT_TRUE(url.ok()) << one.text;
    EXPECT_EQ(url.value().tls, one.tls);
    EXPECT_EQ(url.value().host, one.host);
    EXPECT_EQ(url.value().port, one.port);
    EXPECT_EQ(url.value().target, one.target);
  }
  EXPECT_EQ(parse_ws_url("ws://[::1]:81/").value().authority, "[::1]:81");
}

TEST(WsUrlTest, RefusesEverythingElse) {
  for (const char* text :
       {"", "ws:", "ws://", "http://x/", "ws://x:0/", "ws://x:99999/", "ws://x:/", "ws://x:8a/",
        "ws://user:pw@x/", "ws://x/#part", "ws://x y/", "ws:///path", "ws://[]/"}) {
    EXPECT_FALSE(parse_ws_url(text).ok()) << text;
  }
}

}  // namespace
}  // namespace hermod
