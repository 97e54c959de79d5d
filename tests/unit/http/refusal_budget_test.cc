#include "http/refusal_budget.h"

#include <gtest/gtest.h>

#include "support/ip.h"

namespace hermod {
namespace {

using test::ip;

// Ten refusals at once, and ten per second.
constexpr RefusalBudgetLimits kLimits{
    .refusal_us = 100, .us_per_s = 1'000, .us_max = 1'000, .addresses_max = 3};

TEST(RefusalBudgetTest, ComesBackWithTime) {
  RefusalBudget budget(kLimits);
  int64_t now_ms = 5'000;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(budget.take(ip("1.1.1.1"), 0, now_ms)) << i;
  EXPECT_FALSE(budget.take(ip("1.1.1.1"), 0, now_ms));
  EXPECT_TRUE(budget.take(ip("1.1.1.2"), 0, now_ms));
  now_ms += 99;
  EXPECT_FALSE(budget.take(ip("1.1.1.1"), 0, now_ms));
  now_ms += 101;
  EXPECT_TRUE(budget.take(ip("1.1.1.1"), 0, now_ms));
  now_ms += 60'000;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(budget.take(ip("1.1.1.1"), 0, now_ms)) << i;
  EXPECT_FALSE(budget.take(ip("1.1.1.1"), 0, now_ms));
}

TEST(RefusalBudgetTest, ASignatureCostsWhatItTakes) {
  RefusalBudget budget(kLimits);
  EXPECT_TRUE(budget.take(ip("1.1.1.1"), 400, 5'000));
  EXPECT_TRUE(budget.take(ip("1.1.1.1"), 400, 5'000));
  EXPECT_FALSE(budget.take(ip("1.1.1.1"), 0, 5'000));
}

// However often an address is refused, its debt never exceeds its budget.
TEST(RefusalBudgetTest, TheDebtIsBounded) {
  RefusalBudget budget(kLimits);
  for (int i = 0; i < 1'000; ++i) (void)budget.take(ip("1.1.1.1"), 5'000, 5'000);
  EXPECT_TRUE(budget.take(ip("1.1.1.1"), 0, 5'200));
}

TEST(RefusalBudgetTest, CountsIpv6By64AndBy48) {
  RefusalBudgetLimits limits = kLimits;
  limits.addresses_max = 100;
  RefusalBudget budget(limits);
  const auto taken = [&budget](const std::string& network, int64_t now_ms) {
    int count = 0;
    for (int i = 0; i < 20; ++i) count += budget.take(ip(network + std::to_string(i)), 0, now_ms);
    return count;
  };
  for (const char* network : {"2001:db8:0:1::", "2001:db8:0:2::", "2001:db8:0:3::"}) {
    EXPECT_EQ(taken(network, 5'000), 10) << network;
  }
  EXPECT_EQ(taken("2001:db8:0:4::", 5'000), 10);
  EXPECT_EQ(taken("2001:db8:0:5::", 5'000), 0);
  EXPECT_EQ(taken("2001:db8:1::", 5'000), 10);
  EXPECT_EQ(taken("2001:db8:0:1::", 5'100), 1);
  EXPECT_EQ(taken("2001:db8:0:6::", 5'100), 3);
}

TEST(RefusalBudgetTest, RemembersABoundedNumberOfAddressesAndForgetsThem) {
  RefusalBudget budget(kLimits);
  for (int i = 1; i <= 9; ++i) {
    EXPECT_TRUE(budget.take(ip("1.1.1." + std::to_string(i)), 0, 5'000));
  }
  EXPECT_EQ(budget.address_count(), 3U);
  EXPECT_TRUE(budget.take(ip("1.1.2.1"), 0, 7'000));
  EXPECT_EQ(budget.address_count(), 1U);
}

// The case in docs/limits.md: a school whose tokens all expired overnight.
TEST(RefusalBudgetTest, TheDefaultsSuitASchool) {
  RefusalBudget budget({});
  for (int i = 0; i < 2'500; ++i) EXPECT_TRUE(budget.take(ip("1.1.1.1"), 0, 5'000)) << i;
  EXPECT_FALSE(budget.take(ip("1.1.1.1"), 0, 5'000));
}

}  // namespace
}  // namespace hermod
