#include "source/assignment.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

constexpr PartitionId kOne{0, 1};
constexpr PartitionId kTwo{1, 0};

TEST(Assignment, OpensAndSettles) {
  Assignment assignment;
  assignment.add(kOne);
  const Position position = assignment.open(kOne, 5);
  EXPECT_EQ(position.topic, 0u);
  EXPECT_EQ(position.partition, 1);
  EXPECT_EQ(position.offset, 5);
  EXPECT_TRUE(assignment.current(position));
  EXPECT_EQ(assignment.unsettled(), 1u);
  EXPECT_TRUE(assignment.settle(position));
  EXPECT_FALSE(assignment.settle(position));
  EXPECT_EQ(assignment.unsettled(), 0u);
}

TEST(Assignment, TellsEachMoveOnce) {
  Assignment assignment;
  assignment.add(kOne);
  assignment.add(kTwo);
  EXPECT_TRUE(assignment.take_moved().empty());
  const Position first = assignment.open(kOne, 5);
  const Position second = assignment.open(kOne, 6);
  auto moved = assignment.take_moved();
  ASSERT_EQ(moved.size(), 1u) << "the start offset is returned, so that it is committed";
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
  const Position old = assignment.open(kOne, 5);
  EXPECT_EQ(assignment.remove(kOne), old.epoch);
  EXPECT_FALSE(assignment.has(kOne));
  EXPECT_FALSE(assignment.current(old));
  EXPECT_EQ(assignment.unsettled(), 1u);

  assignment.add(kOne);
  const Position again = assignment.open(kOne, 5);
  EXPECT_GT(again.epoch, old.epoch);
  assignment.take_moved();
  EXPECT_TRUE(assignment.settle(old));
  EXPECT_TRUE(assignment.take_moved().empty());
  EXPECT_TRUE(assignment.settle(again));
  EXPECT_EQ(assignment.take_moved().size(), 1u);
}

TEST(Assignment, RetiredOnesCanBeReleasedAndDeferredToo) {
  Assignment assignment;
  assignment.add(kOne);
  const Position first = assignment.open(kOne, 1);
  const Position second = assignment.open(kOne, 2);
  assignment.begin_again(kOne);
  EXPECT_TRUE(assignment.release(first));
  EXPECT_TRUE(assignment.defer(second));
  EXPECT_TRUE(assignment.to_reread().empty());
  EXPECT_EQ(assignment.unsettled(), 0u);
}

TEST(Assignment, BeginsAgainAtALowerOffset) {
  Assignment assignment;
  assignment.add(kOne);
  const Position kept = assignment.open(kOne, 7);
  const Position later = assignment.open(kOne, 8);
  assignment.defer(kept);
  const auto to_reread = assignment.to_reread();
  ASSERT_EQ(to_reread.size(), 1u);
  EXPECT_EQ(to_reread[0].offset, 7);
  EXPECT_EQ(assignment.begin_again(kOne), kept.epoch);
  EXPECT_TRUE(assignment.to_reread().empty());
  const Position again = assignment.open(kOne, 7);
  EXPECT_NE(again.epoch, later.epoch);
  EXPECT_TRUE(assignment.settle(later));
  EXPECT_EQ(assignment.tracker(kOne)->position(), 7);
}

TEST(Assignment, IsReadAgainFromTheLowestThatIsNotDone) {
  Assignment assignment;
  assignment.add(kOne);
  assignment.add(kTwo);
  const Position done = assignment.open(kOne, 4);
  assignment.open(kOne, 5);
  assignment.defer(assignment.open(kOne, 6));
  assignment.settle(done);
  const Position under_way = assignment.open(kTwo, 7);
  assignment.defer(assignment.open(kTwo, 8));
  assignment.release(under_way);
  const auto to_reread = assignment.to_reread();
  ASSERT_EQ(to_reread.size(), 2u);
  EXPECT_EQ(to_reread[0].offset, 5) << "it is open, and begin_again() forgets it";
  EXPECT_EQ(to_reread[1].offset, 7) << "its dead letter is in flight, and may still fail";
}

TEST(Assignment, TellsForHowLongAnOffsetIsHeld) {
  Assignment assignment;
  assignment.add(kOne);
  assignment.note_held(1000);
  EXPECT_EQ(assignment.oldest_held_ms(9000), 0) << "no record was handed out";
  const Position first = assignment.open(kOne, 5);
  const Position second = assignment.open(kOne, 6);
  assignment.note_held(1000);
  EXPECT_EQ(assignment.oldest_held_ms(3000), 2000);
  assignment.settle(second);
  assignment.note_held(2000);
  EXPECT_EQ(assignment.oldest_held_ms(3000), 2000) << "the same offset is held";
  assignment.settle(first);
  EXPECT_EQ(assignment.oldest_held_ms(3000), 0) << "the position advanced, even before note_held()";
  const Position third = assignment.open(kOne, 7);
  assignment.release(third);
  assignment.note_held(4000);
  EXPECT_EQ(assignment.oldest_held_ms(4500), 500) << "its dead letter is in flight";
  assignment.settle(third);
  assignment.note_held(5000);
  EXPECT_EQ(assignment.oldest_held_ms(9000), 0);
}

TEST(Assignment, ClearForgetsEverything) {
  Assignment assignment;
  assignment.add(kOne);
  assignment.add(kTwo);
  assignment.open(kOne, 1);
  assignment.remove(kOne);
  assignment.open(kTwo, 2);
  assignment.clear();
  EXPECT_EQ(assignment.unsettled(), 0u);
  EXPECT_TRUE(assignment.ids().empty());
  EXPECT_FALSE(assignment.tracker(kTwo));
}

}  // namespace
}  // namespace hermod
