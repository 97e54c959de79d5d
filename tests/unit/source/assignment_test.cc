#include "source/assignment.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

void* record_of(int64_t offset) {
  return reinterpret_cast<void*>(offset + 1);
}

constexpr PartitionId kOne{0, 1};
constexpr PartitionId kTwo{1, 0};

TEST(Assignment, OpensAndSettles) {
  Assignment assignment;
  assignment.add(kOne);
  const Position position = assignment.open(kOne, 5, record_of(5));
  EXPECT_EQ(position.topic, 0u);
  EXPECT_EQ(position.partition, 1);
  EXPECT_EQ(position.offset, 5);
  EXPECT_TRUE(assignment.current(position));
  EXPECT_EQ(assignment.kept(), 1u);
  EXPECT_EQ(assignment.settle(position), record_of(5));
  EXPECT_EQ(assignment.settle(position), nullptr);
  EXPECT_EQ(assignment.kept(), 0u);
}

TEST(Assignment, TellsEachMoveOnce) {
  Assignment assignment;
  assignment.add(kOne);
  assignment.add(kTwo);
  EXPECT_TRUE(assignment.take_moved().empty());
  const Position first = assignment.open(kOne, 5, record_of(5));
  const Position second = assignment.open(kOne, 6, record_of(6));
  auto moved = assignment.take_moved();
  ASSERT_EQ(moved.size(), 1u) << "where reading began is told, so that it is committed";
  EXPECT_EQ(moved[0].offset, 5);
  assignment.settle(second);
  EXPECT_TRUE(assignment.take_moved().empty());
  assignment.settle(first);
  moved = assignment.take_moved();
  ASSERT_EQ(moved.size(), 1u);
  EXPECT_EQ(moved[0].id, kOne);
  EXPECT_EQ(moved[0].offset, 7);
  EXPECT_TRUE(assignment.take_moved().empty());
}

TEST(Assignment, WhatIsOpenSurvivesItsPartitionAndMovesNothing) {
  Assignment assignment;
  assignment.add(kOne);
  const Position old = assignment.open(kOne, 5, record_of(5));
  EXPECT_EQ(assignment.remove(kOne), old.epoch);
  EXPECT_FALSE(assignment.has(kOne));
  EXPECT_FALSE(assignment.current(old));
  EXPECT_EQ(assignment.kept(), 1u);

  assignment.add(kOne);
  const Position again = assignment.open(kOne, 5, record_of(50));
  EXPECT_GT(again.epoch, old.epoch);
  assignment.take_moved();
  EXPECT_EQ(assignment.settle(old), record_of(5));
  EXPECT_TRUE(assignment.take_moved().empty());
  EXPECT_EQ(assignment.settle(again), record_of(50));
  EXPECT_EQ(assignment.take_moved().size(), 1u);
}

TEST(Assignment, RetiredOnesCanBeReleasedAndDeferredToo) {
  Assignment assignment;
  assignment.add(kOne);
  const Position first = assignment.open(kOne, 1, record_of(1));
  const Position second = assignment.open(kOne, 2, record_of(2));
  assignment.begin_again(kOne);
  EXPECT_EQ(assignment.release(first), record_of(1));
  EXPECT_EQ(assignment.defer(second), record_of(2));
  EXPECT_TRUE(assignment.to_reread().empty());
  EXPECT_EQ(assignment.kept(), 0u);
}

TEST(Assignment, BeginsAgainAtALowerOffset) {
  Assignment assignment;
  assignment.add(kOne);
  const Position kept = assignment.open(kOne, 7, record_of(7));
  const Position later = assignment.open(kOne, 8, record_of(8));
  assignment.defer(kept);
  const auto to_reread = assignment.to_reread();
  ASSERT_EQ(to_reread.size(), 1u);
  EXPECT_EQ(to_reread[0].offset, 7);
  EXPECT_EQ(assignment.begin_again(kOne), kept.epoch);
  EXPECT_TRUE(assignment.to_reread().empty());
  const Position again = assignment.open(kOne, 7, record_of(70));
  EXPECT_NE(again.epoch, later.epoch);
  EXPECT_EQ(assignment.settle(later), record_of(8));
  EXPECT_EQ(assignment.tracker(kOne)->position(), 7);
}

TEST(Assignment, IsReadAgainFromTheLowestThatIsNotDone) {
  Assignment assignment;
  assignment.add(kOne);
  assignment.add(kTwo);
  const Position done = assignment.open(kOne, 4, record_of(4));
  assignment.open(kOne, 5, record_of(5));
  assignment.defer(assignment.open(kOne, 6, record_of(6)));
  assignment.settle(done);
  const Position under_way = assignment.open(kTwo, 7, record_of(7));
  assignment.defer(assignment.open(kTwo, 8, record_of(8)));
  assignment.release(under_way);
  const auto to_reread = assignment.to_reread();
  ASSERT_EQ(to_reread.size(), 2u);
  EXPECT_EQ(to_reread[0].offset, 5) << "it waits, and is forgotten when the partition begins again";
  EXPECT_EQ(to_reread[1].offset, 7) << "its letter is under way, and may still fail";
}

TEST(Assignment, ClearGivesBackEverything) {
  Assignment assignment;
  assignment.add(kOne);
  assignment.add(kTwo);
  assignment.open(kOne, 1, record_of(1));
  assignment.remove(kOne);
  assignment.open(kTwo, 2, record_of(2));
  size_t freed = 0;
  assignment.clear([&](void*) { ++freed; });
  EXPECT_EQ(freed, 2u);
  EXPECT_TRUE(assignment.ids().empty());
  EXPECT_EQ(assignment.tracker(kTwo), nullptr);
}

}  // namespace
}  // namespace hermod
