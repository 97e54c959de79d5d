#include "harness/open_records.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

Position at(int64_t offset) {
  return {0, 0, offset, 0};
}

TEST(OpenRecordsTest, ARecordIsOpenUntilItIsSettled) {
  OpenRecords records;
  EXPECT_TRUE(records.settled_until(records.newest()));
  const uint64_t first = records.add();
  const uint64_t second = records.add();
  EXPECT_EQ(records.newest(), second);
  EXPECT_FALSE(records.settled_until(first));

  records.on_appended(first, at(7));
  records.on_appended(second, at(8));
  records.on_settled(at(8));
  EXPECT_EQ(records.count_until(second), 1U);
  EXPECT_FALSE(records.settled_until(second));
  records.on_settled(at(7));
  EXPECT_TRUE(records.settled_until(second));
}

TEST(OpenRecordsTest, LaterRecordsDoNotCount) {
  OpenRecords records;
  const uint64_t first = records.add();
  records.on_appended(first, at(1));
  (void)records.add();
  records.on_settled(at(1));
  EXPECT_TRUE(records.settled_until(first));
  EXPECT_EQ(records.count_until(first), 0U);
}

TEST(OpenRecordsTest, ARecordMayBeSettledBeforeItsPositionIsKnown) {
  OpenRecords records;
  const uint64_t number = records.add();
  records.on_settled(at(3));
  EXPECT_FALSE(records.settled_until(number));
  records.on_appended(number, at(3));
  EXPECT_TRUE(records.settled_until(number));
}

// Other producers write to the same topics.
TEST(OpenRecordsTest, ForgetsPositionsOfOtherProducers) {
  OpenRecords records;
  records.on_settled(at(1));
  const uint64_t first = records.add();
  records.on_settled(at(2));
  records.on_refused(first);
  EXPECT_TRUE(records.settled_until(first));

  const uint64_t second = records.add();
  records.on_appended(second, at(2));
  EXPECT_FALSE(records.settled_until(second));
}

}  // namespace
}  // namespace hermod
