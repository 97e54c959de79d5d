#include "harness/sent_log.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(SentLogTest, FindsATextByItsNumberUntilItIsDisplaced) {
  SentLog log;
  const uint64_t first = log.add({1, "ann", "a", {}, 0});
  for (int i = 0; i < 9'999; ++i) log.add({1, "ann", "b", {}, 0});
  ASSERT_NE(log.find(first), nullptr);
  EXPECT_EQ(log.find(first)->text, "a");
  const uint64_t last = log.add({1, "ann", "c", {}, 0});
  EXPECT_EQ(log.find(first), nullptr);
  EXPECT_EQ(log.find(last)->text, "c");
  EXPECT_EQ(log.find(last + 1), nullptr);
}

TEST(SentLogTest, NumbersContinueAfterClear) {
  SentLog log;
  const uint64_t first = log.add({1, "ann", "a", {}, 0});
  log.clear();
  EXPECT_EQ(log.find(first), nullptr);
  EXPECT_EQ(log.add({1, "ann", "b", {}, 0}), first + 1);
}

}  // namespace
}  // namespace hermod
