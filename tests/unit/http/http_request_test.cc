#include "http/http_request.h"

#include <gtest/gtest.h>

#include "support/header_field.h"

namespace hermod {
namespace {

using test::field;

constexpr uint16_t kPort = 8080;

RequestHead request(std::string_view host) {
  RequestHead head;
  head.host = field(host);
  return head;
}

class HttpRequestTest : public ::testing::Test {
 protected:
  bool local(const RequestHead& head, uint16_t port = kPort) const {
    return is_local({head, here, port});
  }

  IpAddress here = parse_address("127.0.0.1").value();
  IpAddress elsewhere = parse_address("203.0.113.9").value();
};

TEST_F(HttpRequestTest, ALocalHostIsThisMachineWithThePortOfTheServer) {
  EXPECT_TRUE(local(request("localhost"), 80));
  EXPECT_TRUE(local(request("[::1]"), 80));
  EXPECT_TRUE(local(request("[::1]:8080")));
  for (const char* host : {"localhost", "localhost:80", "::1:8080", "[::1", "localhost:8080 ",
                           "localhost:", "localhost:+8080", "localhost:73616", "127.1:8080",
                           "localhost.:8080", "localhost:8080, localhost:8080"}) {
    EXPECT_FALSE(local(request(host))) << host;
  }
  RequestHead twice = request("localhost:8080");
  twice.host.count = 2;
  EXPECT_FALSE(local(twice));
  RequestHead absolute = request("localhost:8080");
  absolute.target = RequestHead::Target::kAbsolute;
  absolute.authority = "evil.example";
  EXPECT_FALSE(local(absolute));
}

TEST_F(HttpRequestTest, ARequestThatAnotherMachineOrAProxySentIsNotLocal) {
  RequestHead head = request("localhost:8080");
  EXPECT_FALSE(is_local({head, elsewhere, kPort}));
  head.forwarded = true;
  EXPECT_FALSE(local(head));
}

TEST_F(HttpRequestTest, TheOwnOriginIsTheRequestedHost) {
  RequestHead head = request("localhost:8080");
  EXPECT_TRUE(is_own_origin(head));
  for (const char* origin : {"http://localhost:8080", "https://LOCALHOST:8080"}) {
    head.origin = field(origin);
    EXPECT_TRUE(is_own_origin(head)) << origin;
  }
  for (const char* origin :
       {"http://localhost:5173", "localhost:8080", "ws://localhost:8080", "null"}) {
    head.origin = field(origin);
    EXPECT_FALSE(is_own_origin(head)) << origin;
  }
  head.origin = {"http://localhost:8080", 2};
  EXPECT_FALSE(is_own_origin(head));
}

}  // namespace
}  // namespace hermod
