#include "http/admission.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

IpAddress ip(std::string_view text) {
  return parse_address(text).value();
}

AdmissionLimits limits() {
  return {.silent_sockets_max = 2, .failures_max = 2, .window_ms = 1'000, .addresses_max = 3};
}

TEST(AdmissionTest, BoundsSilentSocketsOfAnAddress) {
  Admission admission(limits(), {});
  EXPECT_TRUE(admission.add_silent(ip("1.1.1.1")));
  EXPECT_TRUE(admission.add_silent(ip("1.1.1.1")));
  EXPECT_FALSE(admission.add_silent(ip("1.1.1.1")));
  EXPECT_TRUE(admission.add_silent(ip("1.1.1.2")));
  admission.remove_silent(ip("1.1.1.1"));
  EXPECT_TRUE(admission.add_silent(ip("1.1.1.1")));
  EXPECT_FALSE(admission.add_silent(ip("1.1.1.1")));
}

TEST(AdmissionTest, CountsIpv6By64) {
  Admission admission(limits(), {});
  EXPECT_TRUE(admission.add_silent(ip("2001:db8::1")));
  EXPECT_TRUE(admission.add_silent(ip("2001:db8::2")));
  EXPECT_FALSE(admission.add_silent(ip("2001:db8::3")));
  EXPECT_TRUE(admission.add_silent(ip("2001:db8:0:1::1")));
}

TEST(AdmissionTest, LoopbackAndProxiesAreExempt) {
  Admission admission(limits(), parse_networks({"10.0.0.0/8"}).take());
  for (const char* text : {"127.0.0.1", "::1", "10.1.1.1"}) {
    for (int i = 0; i < 5; ++i) {
      EXPECT_TRUE(admission.add_silent(ip(text)));
      admission.on_failed_token(ip(text), 5'000);
    }
    EXPECT_EQ(admission.blocked_for_ms(ip(text), 5'000), 0);
    for (int i = 0; i < 5; ++i) admission.remove_silent(ip(text));
  }
  admission.set_exempt({});
  EXPECT_TRUE(admission.add_silent(ip("10.1.1.1")));
  EXPECT_TRUE(admission.add_silent(ip("10.1.1.1")));
  EXPECT_FALSE(admission.add_silent(ip("10.1.1.1")));
}

TEST(AdmissionTest, BlocksAnAddressForTheRestOfTheWindow) {
  Admission admission(limits(), {});
  admission.on_failed_token(ip("1.1.1.1"), 5'000);
  EXPECT_EQ(admission.blocked_for_ms(ip("1.1.1.1"), 5'100), 0);
  admission.on_failed_token(ip("1.1.1.1"), 5'100);
  EXPECT_EQ(admission.blocked_for_ms(ip("1.1.1.1"), 5'300), 700);
  EXPECT_EQ(admission.blocked_for_ms(ip("1.1.1.2"), 5'300), 0);
  EXPECT_EQ(admission.blocked_for_ms(ip("1.1.1.1"), 5'999), 1);
  EXPECT_EQ(admission.blocked_for_ms(ip("1.1.1.1"), 6'000), 0);
}

TEST(AdmissionTest, RemembersABoundedNumberOfAddresses) {
  Admission admission(limits(), {});
  for (int i = 1; i <= 9; ++i) {
    const IpAddress address = ip("1.1.1." + std::to_string(i));
    for (int k = 0; k < 5; ++k) {
      admission.on_failed_token(address, 5'000);
      (void)admission.add_silent(address);
    }
    EXPECT_EQ(admission.blocked_for_ms(address, 5'000) > 0, i <= 3) << i;
    EXPECT_EQ(admission.add_silent(address), i > 3) << i;
  }
}

}  // namespace
}  // namespace hermod
