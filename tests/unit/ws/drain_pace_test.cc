#include "ws/drain_pace.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

// Sends close frames until the pace stops it. Returns their number.
size_t close_some(DrainPace& pace, size_t connections) {
  size_t sent = 0;
  while (pace.next(connections)) {
    pace.on_close_sent();
    ++sent;
  }
  return sent;
}

TEST(DrainPaceTest, SpreadsTheClosesOverTheWindow) {
  DrainPace pace;
  EXPECT_FALSE(pace.begun());
  pace.begin(5'000, 1'000, 80);
  EXPECT_TRUE(pace.begun());
  size_t sent = 0;
  for (int64_t elapsed = 0; elapsed < 1'000; elapsed += DrainPace::kStepMs) {
    pace.on_step(5'000 + elapsed, 80);
    EXPECT_EQ(close_some(pace, 80), 2u);
    sent += 2;
  }
  EXPECT_EQ(sent, 80u);
}

TEST(DrainPaceTest, BeginsWithTheLastConnection) {
  DrainPace pace;
  pace.begin(0, 0, 3);
  pace.on_step(0, 3);
  EXPECT_EQ(pace.next(3), 2u);
  EXPECT_EQ(pace.next(3), 1u);
  EXPECT_EQ(pace.next(3), 0u);
  EXPECT_EQ(pace.next(3), std::nullopt);
}

TEST(DrainPaceTest, SkipsPositionsOfRemovedConnections) {
  DrainPace pace;
  pace.begin(0, 0, 10);
  pace.on_step(0, 10);
  EXPECT_EQ(pace.next(4), 3u);
}

TEST(DrainPaceTest, WaitsForAnswersWithinAStep) {
  DrainPace pace;
  pace.begin(0, 0, 1'000);
  pace.on_step(0, 1'000);
  EXPECT_EQ(close_some(pace, 1'000), DrainPace::kUnansweredMax);
  size_t removed = 0;
  while (!pace.on_removed()) ++removed;
  EXPECT_EQ(removed, DrainPace::kUnansweredMax / 2 - 1);
  EXPECT_EQ(close_some(pace, 900), DrainPace::kUnansweredMax / 2);
  pace.on_step(DrainPace::kStepMs, 900);  // the unanswered ones are not counted any more
  EXPECT_EQ(close_some(pace, 900), DrainPace::kUnansweredMax);
}

TEST(DrainPaceTest, TheEndOfTheWindowClosesTheRest) {
  DrainPace pace;
  pace.begin(0, 100'000, 50);
  pace.on_step(0, 50);
  EXPECT_EQ(close_some(pace, 50), 0u);
  pace.end_window();
  EXPECT_EQ(pace.window_ms(), 0);
  pace.on_step(25, 50);
  EXPECT_EQ(close_some(pace, 50), 50u);
}

TEST(DrainPaceTest, ConnectionsThatWereNotOpenGetASecondPass) {
  DrainPace pace;
  pace.begin(0, 0, 2);
  pace.on_step(0, 2);
  EXPECT_EQ(pace.next(2), 1u);  // not open yet: no close frame
  EXPECT_EQ(pace.next(2), 0u);
  EXPECT_EQ(pace.next(2), std::nullopt);
  pace.on_step(25, 2);
  EXPECT_EQ(pace.next(2), 1u);
}

}  // namespace
}  // namespace hermod
