#include "source/offset_tracker.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace hermod {
namespace {

TEST(OffsetTracker, KnowsNothingBeforeTheFirst) {
  OffsetTracker tracker;
  EXPECT_EQ(tracker.position(), std::nullopt);
  EXPECT_EQ(tracker.next(), std::nullopt);
  EXPECT_FALSE(tracker.settle(0));
  EXPECT_EQ(tracker.unsettled(), 0u);
}

TEST(OffsetTracker, PositionIsTheLowestOpenOne) {
  OffsetTracker tracker;
  for (const int64_t offset : {5, 6, 9}) tracker.open(offset);
  EXPECT_EQ(tracker.position(), 5);
  EXPECT_TRUE(tracker.settle(6));
  EXPECT_EQ(tracker.position(), 5);
  EXPECT_TRUE(tracker.settle(5));
  EXPECT_EQ(tracker.position(), 9) << "a gap does not hold the position";
  EXPECT_TRUE(tracker.settle(9));
  EXPECT_EQ(tracker.position(), 10);
  EXPECT_EQ(tracker.next(), 10);
}

TEST(OffsetTracker, SettlingTwiceGivesNothing) {
  OffsetTracker tracker;
  tracker.open(1);
  tracker.open(2);
  EXPECT_TRUE(tracker.settle(2));
  EXPECT_FALSE(tracker.settle(2));
  EXPECT_FALSE(tracker.settle(7));
  EXPECT_EQ(tracker.unsettled(), 1u);
}

TEST(OffsetTracker, AReleasedOffsetStaysOpen) {
  OffsetTracker tracker;
  tracker.open(1);
  tracker.open(2);
  EXPECT_TRUE(tracker.release(1));
  EXPECT_FALSE(tracker.release(1));
  EXPECT_EQ(tracker.unsettled(), 1u);
  tracker.settle(2);
  EXPECT_EQ(tracker.position(), 1);
  EXPECT_FALSE(tracker.settle(1)) << "it was released before";
  EXPECT_EQ(tracker.position(), 3);
}

TEST(OffsetTracker, DeferredOffsetsHoldThePositionWithoutMemory) {
  OffsetTracker tracker;
  for (int64_t offset = 0; offset < 10; ++offset) tracker.open(offset);
  EXPECT_TRUE(tracker.defer(7));
  EXPECT_TRUE(tracker.defer(3));
  EXPECT_FALSE(tracker.defer(3));
  EXPECT_EQ(tracker.reread_from(), 3);
  for (int64_t offset = 0; offset < 10; ++offset) tracker.settle(offset);
  EXPECT_EQ(tracker.unsettled(), 0u);
  EXPECT_EQ(tracker.position(), 3);
  EXPECT_EQ(tracker.next(), 10);
}

TEST(OffsetTracker, TakeAllNamesWhatIsInHand) {
  OffsetTracker tracker;
  for (int64_t offset = 0; offset < 4; ++offset) tracker.open(offset);
  tracker.settle(1);
  tracker.release(2);
  const auto taken = tracker.take_all();
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0], 0);
  EXPECT_EQ(taken[1], 3);
  EXPECT_EQ(tracker.position(), std::nullopt);
  EXPECT_FALSE(tracker.falls_back(0)) << "the tracker is empty again";
}

TEST(OffsetTracker, TellsAFallBack) {
  OffsetTracker tracker;
  EXPECT_FALSE(tracker.falls_back(0));
  tracker.open(5);
  EXPECT_TRUE(tracker.falls_back(5));
  EXPECT_TRUE(tracker.falls_back(0));
  EXPECT_FALSE(tracker.falls_back(6));
}

// A reference model of OffsetTracker in its simplest form.
struct NaiveTracker {
  std::map<int64_t, bool> open;  // offset -> whether its record is unsettled
  std::optional<int64_t> deferred;
  int64_t next = -1;

  std::optional<int64_t> position() const {
    if (next < 0) return std::nullopt;
    const int64_t lowest = open.empty() ? next : open.begin()->first;
    return std::min(lowest, deferred.value_or(lowest));
  }
  size_t unsettled() const {
    size_t count = 0;
    for (const auto& [offset, one_in_hand] : open) count += one_in_hand ? 1 : 0;
    return count;
  }
};

TEST(OffsetTracker, AgreesWithTheNaiveModel) {
  for (uint32_t seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    OffsetTracker tracker;
    NaiveTracker naive;
    int64_t offset = static_cast<int64_t>(random() % 100);
    for (int step = 0; step < 3000; ++step) {
      const uint32_t choice = random() % 100;
      // Mostly near the front, as in production; sometimes anywhere.
      int64_t some = offset - static_cast<int64_t>(random() % 20);
      if (!naive.open.empty() && random() % 4 == 0) some = naive.open.begin()->first;
      const auto found = naive.open.find(some);
      const bool unsettled = found != naive.open.end() && found->second;
      if (choice < 45) {
        tracker.open(offset);
        naive.open[offset] = true;
        naive.next = offset + 1;
        offset += 1 + (random() % 10 == 0 ? static_cast<int64_t>(random() % 5) : 0);
      } else if (choice < 90) {
        ASSERT_EQ(tracker.settle(some), unsettled);
        naive.open.erase(some);
      } else if (choice < 97) {
        ASSERT_EQ(tracker.release(some), unsettled);
        if (unsettled) found->second = false;
      } else if (seed % 2 == 0) {
        ASSERT_EQ(tracker.defer(some), unsettled);
        if (found != naive.open.end()) {
          naive.deferred = std::min(naive.deferred.value_or(some), some);
          naive.open.erase(found);
        }
      }
      ASSERT_EQ(tracker.position(), naive.position()) << "seed " << seed << " step " << step;
      ASSERT_EQ(tracker.unsettled(), naive.unsettled());
      ASSERT_EQ(tracker.reread_from(), naive.deferred);
    }
  }
}

// One record that is never settled must not make later entries accumulate.
TEST(OffsetTracker, AMillionBehindAnOpenOneCostLittle) {
  OffsetTracker tracker;
  tracker.open(0);
  for (int64_t offset = 1; offset < 1'000'000; ++offset) {
    tracker.open(offset);
    tracker.settle(offset);
    ASSERT_LE(tracker.entries(), 128u);
  }
  EXPECT_EQ(tracker.position(), 0);
}

}  // namespace
}  // namespace hermod
