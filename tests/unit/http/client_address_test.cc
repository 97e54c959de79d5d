#include "http/client_address.h"

#include <gtest/gtest.h>

#include "support/ip.h"

namespace hermod {
namespace {

using test::ip;

std::vector<Network> networks(const std::vector<std::string>& texts) {
  return parse_networks("TRUSTED_PROXIES", texts).take();
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
