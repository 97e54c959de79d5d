#include "http/admission.h"

#include <gtest/gtest.h>

#include "support/ip.h"

namespace hermod {
namespace {

using test::ip;

TEST(AdmissionTest, CountsTheSocketsOfAnAddress) {
  Admission admission({.sockets_max = 2}, {});
  admission.add(ip("1.1.1.1"));
  EXPECT_FALSE(admission.full_network(ip("1.1.1.1")).has_value());
  admission.add(ip("1.1.1.1"));
  EXPECT_TRUE(admission.full_network(ip("1.1.1.1")).has_value());
  EXPECT_FALSE(admission.full_network(ip("1.1.1.2")).has_value());
  admission.remove(ip("1.1.1.1"));
  EXPECT_FALSE(admission.full_network(ip("1.1.1.1")).has_value());
}

TEST(AdmissionTest, CountsIpv6By64AndBy48) {
  Admission admission({.sockets_max = 2}, {});
  const auto full_bits = [&admission](std::string_view text) {
    const auto network = admission.full_network(ip(text));
    return network ? int{network->prefix_bits} : 0;
  };
  admission.add(ip("2001:db8::1"));
  EXPECT_EQ(full_bits("2001:db8::3"), 0);
  admission.add(ip("2001:db8::2"));
  EXPECT_EQ(full_bits("2001:db8::3"), 64);
  EXPECT_EQ(full_bits("2001:db8:0:ffff::3"), 0);
  for (const char* text : {"1", "2", "3"}) {
    for (int i = 0; i < 2; ++i) admission.add(ip("2001:db8:0:" + std::string(text) + "::1"));
  }
  EXPECT_EQ(full_bits("2001:db8:0:ffff::3"), 48);
  EXPECT_EQ(full_bits("2001:db8:0:1::3"), 64);
  EXPECT_EQ(full_bits("2001:db8:1::1"), 0);
  admission.remove(ip("2001:db8:0:3::1"));
  EXPECT_EQ(full_bits("2001:db8:0:ffff::3"), 0);
}

TEST(AdmissionTest, LoopbackAndProxiesAreExempt) {
  Admission admission({.sockets_max = 1}, parse_networks("TRUSTED_PROXIES", {"10.0.0.0/8"}).take());
  for (const char* text : {"127.0.0.1", "::1", "10.1.1.1"}) {
    for (int i = 0; i < 5; ++i) admission.add(ip(text));
    EXPECT_FALSE(admission.full_network(ip(text)).has_value());
  }
  admission.set_exempt({});
  EXPECT_TRUE(admission.full_network(ip("10.1.1.1")).has_value());
}

}  // namespace
}  // namespace hermod
