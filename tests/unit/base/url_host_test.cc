#include "base/url_host.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(UrlHostTest, OnlyAnIpv6AddressHasBrackets) {
  EXPECT_EQ(url_host("::1"), "[::1]");
  EXPECT_EQ(url_host("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(url_host("hermod.example"), "hermod.example");
}

TEST(UrlHostTest, AllAddressesAreDialledAsLoopback) {
  for (const char* any : {"", "0.0.0.0", "::"}) EXPECT_EQ(dialled_host(any), "127.0.0.1") << any;
  EXPECT_EQ(dialled_host("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(dialled_host("::1"), "::1");
}

}  // namespace
}  // namespace hermod
