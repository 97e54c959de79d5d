#include "base/ip_address.h"

#include <gtest/gtest.h>
#include <sys/un.h>

#include "support/ip.h"

namespace hermod {
namespace {

using test::ip;

TEST(IpAddressTest, ParsesAndPrints) {
  for (const char* text : {"127.0.0.1", "203.0.113.9", "::1", "2001:db8::5"}) {
    EXPECT_EQ(to_string(ip(text)), text);
  }
  EXPECT_EQ(to_string(ip("::ffff:1.2.3.4")), "1.2.3.4");
  for (const char* text :
       {"", "1.2.3", "1.2.3.4.5", "localhost", "::g", "1.2.3.4/8", "fe80::1%eth0"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(IpAddressTest, KnowsLoopback) {
  EXPECT_TRUE(ip("127.9.9.9").is_loopback());
  EXPECT_TRUE(ip("::1").is_loopback());
  EXPECT_TRUE(ip("::ffff:127.0.0.1").is_loopback());
  EXPECT_FALSE(ip("128.0.0.1").is_loopback());
  sockaddr_storage unix_socket{};
  unix_socket.ss_family = AF_UNIX;
  EXPECT_TRUE(to_address(unix_socket).is_loopback());
}

}  // namespace
}  // namespace hermod
