#include "http/client_address.h"

#include <gtest/gtest.h>
#include <sys/un.h>

namespace hermod {
namespace {

IpAddress ip(std::string_view text) {
  return parse_address(text).value();
}

std::vector<Network> networks(const std::vector<std::string>& texts) {
  return parse_networks(texts).take();
}

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

TEST(IpAddressTest, AnIpv6CustomerHoldsA64) {
  EXPECT_EQ(allotment(ip("2001:db8:1:2:3::4")), ip("2001:db8:1:2::"));
  EXPECT_EQ(allotment(ip("1.2.3.4")), ip("1.2.3.4"));
  EXPECT_EQ(site(ip("2001:db8:1:2:3::4")), ip("2001:db8:1::"));
  EXPECT_EQ(site(ip("1.2.3.4")), ip("1.2.3.4"));
}

TEST(IpAddressTest, NetworksContain) {
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

TEST(IpAddressTest, RefusesWhatIsNoNetwork) {
  for (const char* text :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/a", "10.0.0.0/-1", "::/129", "proxy"}) {
    const auto parsed = parse_networks({"10.0.0.1", text});
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kConfiguration);
    EXPECT_NE(parsed.error().message.find(std::string("\"") + text + "\""), std::string::npos);
  }
}

TEST(IpAddressTest, AMappedNetworkDoesNotHoldAllOfIpv4) {
  for (const char* text : {"::ffff:10.0.0.0/8", "::ffff:a00:0/95", "::ffff:0.0.0.0/0"}) {
    const auto parsed = parse_networks({text});
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_NE(parsed.error().message.find("contains every IPv4 address"), std::string::npos);
  }
  EXPECT_FALSE(any_contains(networks({"::ffff:10.0.0.0/104"}), ip("11.0.0.1")));
  EXPECT_TRUE(any_contains(networks({"::ffff:0.0.0.0/96"}), ip("8.8.8.8")));
}

TEST(ClientAddressTest, AnUntrustedPeerSpeaksForItself) {
  EXPECT_EQ(client_address(ip("9.9.9.9"), "1.1.1.1", {}), ip("9.9.9.9"));
  EXPECT_EQ(client_address(ip("9.9.9.9"), "1.1.1.1", networks({"10.0.0.0/8"})), ip("9.9.9.9"));
}

TEST(ClientAddressTest, WalksFromTheRightOverTrustedProxies) {
  const auto trusted = networks({"10.0.0.0/8", "2001:db8::/32"});
  const IpAddress peer = ip("10.0.0.1");
  EXPECT_EQ(client_address(peer, "", trusted), peer);
  EXPECT_EQ(client_address(peer, "1.1.1.1", trusted), ip("1.1.1.1"));
  EXPECT_EQ(client_address(peer, "6.6.6.6, 1.1.1.1 , 10.0.0.2", trusted), ip("1.1.1.1"));
  EXPECT_EQ(client_address(peer, "1.1.1.1,2001:db8::7", trusted), ip("1.1.1.1"));
  EXPECT_EQ(client_address(peer, "10.0.0.3, 10.0.0.2", trusted), ip("10.0.0.3"));
  EXPECT_EQ(client_address(peer, "invented, 1.1.1.1", trusted), ip("1.1.1.1"));
}

TEST(ClientAddressTest, EntriesMayCarryPorts) {
  const auto trusted = networks({"10.0.0.1"});
  const IpAddress peer = ip("10.0.0.1");
  EXPECT_EQ(client_address(peer, "1.1.1.1:443", trusted), ip("1.1.1.1"));
  EXPECT_EQ(client_address(peer, "[2a00::1]:443", trusted), ip("2a00::1"));
  EXPECT_EQ(client_address(peer, "[2a00::1]", trusted), ip("2a00::1"));
  EXPECT_EQ(client_address(peer, "2a00::1", trusted), ip("2a00::1"));
}

TEST(ClientAddressTest, MalformedMeansThePeer) {
  const auto trusted = networks({"10.0.0.0/8"});
  const IpAddress peer = ip("10.0.0.1");
  for (const char* text :
       {"unknown", "1.1.1.1, ,", ",", " ", "1.1.1.1, x, 10.0.0.2", "[2a00::1", "_hidden"}) {
    EXPECT_EQ(client_address(peer, text, trusted), peer) << text;
  }
}

}  // namespace
}  // namespace hermod
