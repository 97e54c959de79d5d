#include "http/admission.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

IpAddress ip(std::string_view text) {
  return parse_address(text).value();
}

TEST(AdmissionTest, CountsTheSocketsOfAnAddress) {
  Admission admission({.sockets_max = 2}, {});
  admission.add(ip("1.1.1.1"));
  EXPECT_FALSE(admission.is_full(ip("1.1.1.1")));
  admission.add(ip("1.1.1.1"));
  EXPECT_TRUE(admission.is_full(ip("1.1.1.1")));
  EXPECT_FALSE(admission.is_full(ip("1.1.1.2")));
  admission.remove(ip("1.1.1.1"));
  EXPECT_FALSE(admission.is_full(ip("1.1.1.1")));
}

TEST(AdmissionTest, CountsIpv6By48) {
  Admission admission({.sockets_max = 2}, {});
  admission.add(ip("2001:db8::1"));
  admission.add(ip("2001:db8::2"));
  EXPECT_TRUE(admission.is_full(ip("2001:db8:0:ffff::3")));
  EXPECT_FALSE(admission.is_full(ip("2001:db8:1::1")));
}

TEST(AdmissionTest, LoopbackAndProxiesAreExempt) {
  Admission admission({.sockets_max = 1}, parse_networks({"10.0.0.0/8"}).take());
  for (const char* text : {"127.0.0.1", "::1", "10.1.1.1"}) {
    for (int i = 0; i < 5; ++i) admission.add(ip(text));
    EXPECT_FALSE(admission.is_full(ip(text)));
  }
  admission.set_exempt({});
  EXPECT_TRUE(admission.is_full(ip("10.1.1.1")));
}

}  // namespace
}  // namespace hermod
