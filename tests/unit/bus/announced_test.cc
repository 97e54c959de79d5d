#include "bus/announced.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

constexpr const char* kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(Announced, APlaceWithItsTrace) {
  Announced next;
  next.hear("a", kTrace);
  next.hear("a", "17-3");
  EXPECT_EQ(next.user, "a");
  EXPECT_EQ(next.stream_id, (StreamId{17, 3}));
  EXPECT_EQ(format_traceparent(next.trace), kTrace);
}

TEST(Announced, ATraceBelongsToTheNextPlaceOfItsUserOnly) {
  Announced next;
  next.hear("a", kTrace);
  next.hear("b", "17-3");
  EXPECT_EQ(next.user, "b");
  EXPECT_FALSE(next.trace);
  next.hear("a", kTrace);
  next.hear("a", "17-3");
  next.hear("a", "18-4");
  EXPECT_EQ(next.stream_id, (StreamId{18, 4}));
  EXPECT_FALSE(next.trace);
}

TEST(Announced, WhatIsNeitherRetractsWhatWasSaid) {
  Announced next;
  for (const char* other : {"", "nonsense", "17", "00-0-0-01"}) {
    next.hear("a", "17-3");
    next.hear("a", other);
    EXPECT_EQ(next.user, "") << other;
    EXPECT_FALSE(next.stream_id) << other;
  }
}

}  // namespace
}  // namespace hermod
