#include <gtest/gtest.h>

#include "publish_load/envelope.h"
#include "publish_load/pace.h"

namespace hermod::bench {
namespace {

TEST(Envelope, HasTheSizeAnIdOfItsOwnAndTheNumbers) {
  Envelope envelope("u7", "topic", 600, 0x1234'0000abcd'0001);
  const std::string first = envelope.stamp(0, 0, 5);
  const std::string second = envelope.stamp(255, 3, 6);
  EXPECT_EQ(first.size(), 600u);
  EXPECT_EQ(second.size(), 600u);
  EXPECT_EQ(first.substr(0, 51), R"({"event_id":"abcd0001-0000-4234-8000-000000000000",)");
  EXPECT_EQ(second.substr(0, 51), R"({"event_id":"abcd0001-0000-4234-8000-0000000000ff",)");
  EXPECT_EQ(read_stamp(second)->sequence, 3u);
  EXPECT_EQ(read_stamp(second)->sent_ns, 6);
  EXPECT_TRUE(second.ends_with("\"}}}"));
}

TEST(TurnOf, GoesRoundTheUsers) {
  for (uint64_t number = 0; number < 30; ++number) {
    EXPECT_EQ(turn_of(number, 3, 1).user, number % 3);
    EXPECT_EQ(turn_of(number, 3, 1).sequence, number / 3);
  }
}

TEST(TurnOf, StaysWithAUserForABurst) {
  EXPECT_EQ(turn_of(4, 2, 5).user, 0u);
  EXPECT_EQ(turn_of(4, 2, 5).sequence, 4u);
  EXPECT_EQ(turn_of(5, 2, 5).user, 1u);
  EXPECT_EQ(turn_of(5, 2, 5).sequence, 0u);
  EXPECT_EQ(turn_of(11, 2, 5).user, 0u);
  EXPECT_EQ(turn_of(11, 2, 5).sequence, 6u);
}

TEST(Pace, LetsOneGoAtATime) {
  const Pace pace(1000, 5);
  const int64_t began_ns = pace.due_ns(0);
  EXPECT_EQ(pace.due(began_ns), 1u);
  EXPECT_EQ(pace.due_ns(1), began_ns + 1'000'000);
  EXPECT_EQ(pace.due(began_ns + 3'100'000), 4u);
  EXPECT_EQ(pace.due(began_ns + 1'000'000'000), 5u);
}

TEST(Pace, LetsAllGoWithoutARate) {
  const Pace pace(0, 7);
  EXPECT_EQ(pace.due(pace.due_ns(0)), 7u);
}

}  // namespace
}  // namespace hermod::bench
