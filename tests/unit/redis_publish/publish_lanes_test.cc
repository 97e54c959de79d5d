#include "redis_publish/publish_lanes.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

Publication publication(Ticket ticket, std::string_view user) {
  return {ticket, user, "event", "text"};
}

TEST(PublishLanes, ALaneHasOneOpenCall) {
  PublishLanes lanes;
  lanes.add(publication(1, "ann"));
  PublishLane& lane = lanes.take_ready();
  lanes.begin_call(lane, 1, 4);
  lanes.add(publication(2, "ann"));
  EXPECT_FALSE(lanes.has_ready());
  EXPECT_EQ(lanes.records(), 2u);
  EXPECT_EQ(lanes.flight_records(), 1u);
  EXPECT_EQ(lanes.end_call(), &lane);
  EXPECT_EQ(lanes.pop(lane).ticket, 1u);
  EXPECT_FALSE(lanes.settle(lane));
  EXPECT_TRUE(lanes.has_ready());
  EXPECT_EQ(lanes.flight_bytes(), 0u);
}

TEST(PublishLanes, TheLaneThatWaitedLongestComesFirst) {
  PublishLanes lanes;
  lanes.add(publication(1, "ann"));
  lanes.add(publication(2, "bob"));
  lanes.add(publication(3, "ann"));
  EXPECT_EQ(*lanes.take_ready().user, "ann");
  EXPECT_EQ(*lanes.take_ready().user, "bob");
  EXPECT_FALSE(lanes.has_ready());
}

TEST(PublishLanes, ARecordWithoutAReplyStaysAtTheFront) {
  PublishLanes lanes;
  lanes.add(publication(1, "ann"));
  lanes.add(publication(2, "ann"));
  lanes.begin_call(lanes.take_ready(), 2, 8);
  lanes.settle(*lanes.end_call());
  EXPECT_EQ(lanes.take_ready().at(0).ticket, 1u);
}

TEST(PublishLanes, AHeldLaneIsNotReady) {
  PublishLanes lanes;
  lanes.add(publication(1, "ann"));
  PublishLane& lane = lanes.take_ready();
  lane.trouble = std::make_unique<LaneTrouble>();
  lane.trouble->held = true;
  EXPECT_TRUE(lanes.settle(lane));
  lanes.add(publication(2, "ann"));
  EXPECT_FALSE(lanes.has_ready());
  lane.trouble->held = false;
  EXPECT_FALSE(lanes.settle(lane));
  EXPECT_TRUE(lanes.has_ready());
}

TEST(PublishLanes, AnEmptyLaneIsFreed) {
  PublishLanes lanes;
  lanes.add(publication(1, "ann"));
  PublishLane& lane = lanes.take_ready();
  lanes.remove(lane, 0);
  lanes.settle(lane);
  EXPECT_TRUE(lanes.empty());
  EXPECT_EQ(lanes.records(), 0u);
}

}  // namespace
}  // namespace hermod
