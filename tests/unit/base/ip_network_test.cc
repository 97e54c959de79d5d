#include "base/ip_network.h"

#include <gtest/gtest.h>

#include "support/ip.h"

namespace hermod {
namespace {

using test::ip;

std::vector<Network> networks(const std::vector<std::string>& texts) {
  return parse_networks("TRUSTED_PROXIES", texts).take();
}

TEST(IpNetworkTest, NetworksContain) {
  EXPECT_TRUE(any_contains(networks({"10.0.0.0/8"}), ip("10.255.0.1")));
  EXPECT_TRUE(any_contains(networks({"10.9.8.7/8"}), ip("10.255.0.1")));
  EXPECT_FALSE(any_contains(networks({"10.0.0.0/8"}), ip("11.0.0.1")));
  EXPECT_TRUE(any_contains(networks({"10.0.0.0/8"}), ip("::ffff:10.0.0.1")));
  EXPECT_TRUE(any_contains(networks({"192.0.2.128/25"}), ip("192.0.2.129")));
  EXPECT_FALSE(any_contains(networks({"192.0.2.128/25"}), ip("192.0.2.127")));
  EXPECT_TRUE(any_contains(networks({"0.0.0.0/0"}), ip("8.8.8.8")));
  EXPECT_FALSE(any_contains(networks({"0.0.0.0/0"}), ip("2001:db8::1")));
  EXPECT_TRUE(any_contains(networks({"::/0"}), ip("2001:db8::1")));
  EXPECT_TRUE(any_contains(networks({"::ffff:10.0.0.0/104"}), ip("10.0.0.1")));
  EXPECT_TRUE(any_contains(networks({"1.1.1.1", "2001:db8::/32"}), ip("2001:db8:ff::1")));
  EXPECT_FALSE(any_contains({}, ip("1.1.1.1")));
}

TEST(IpNetworkTest, RefusesWhatIsNoNetwork) {
  for (const char* text :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/a", "10.0.0.0/-1", "::/129", "proxy"}) {
    const auto parsed = parse_networks("TRUSTED_PROXIES", {"10.0.0.1", text});
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kConfiguration);
    EXPECT_NE(parsed.error().message.find(std::string("\"") + text + "\""), std::string::npos);
  }
}

TEST(IpNetworkTest, AMappedNetworkDoesNotHoldAllOfIpv4) {
  for (const char* text : {"::ffff:10.0.0.0/8", "::ffff:a00:0/95", "::ffff:0.0.0.0/0"}) {
    EXPECT_TRUE(is_network(text));  // its form is valid
    const auto parsed = parse_networks("TRUSTED_PROXIES", {text});
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_NE(parsed.error().message.find("contains every IPv4 address"), std::string::npos);
  }
  EXPECT_FALSE(any_contains(networks({"::ffff:10.0.0.0/104"}), ip("11.0.0.1")));
  EXPECT_TRUE(any_contains(networks({"::ffff:0.0.0.0/96"}), ip("8.8.8.8")));
}

}  // namespace
}  // namespace hermod
