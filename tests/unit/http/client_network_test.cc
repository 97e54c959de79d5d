#include "http/client_network.h"

#include <gtest/gtest.h>

#include "support/ip.h"

namespace hermod {
namespace {

using test::ip;

TEST(ClientNetworkTest, AnIpv6CustomerHoldsA64) {
  EXPECT_EQ(allotment(ip("2001:db8:1:2:3::4")), ip("2001:db8:1:2::"));
  EXPECT_EQ(allotment(ip("1.2.3.4")), ip("1.2.3.4"));
  EXPECT_EQ(site(ip("2001:db8:1:2:3::4")), ip("2001:db8:1::"));
  EXPECT_EQ(site(ip("1.2.3.4")), ip("1.2.3.4"));
}

}  // namespace
}  // namespace hermod
