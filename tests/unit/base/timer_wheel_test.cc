#include "base/timer_wheel.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <vector>

namespace hermod {
namespace {

struct Thing : TimerWheel::Entry {
  int fired = 0;
  int64_t fired_at = 0;
};

class TimerWheelTest : public ::testing::Test {
 protected:
  void advance(int64_t now) {
    wheel_.advance(now, [now](TimerWheel::Entry& entry) {
      auto& thing = static_cast<Thing&>(entry);
      ++thing.fired;
      thing.fired_at = now;
    });
  }

  TimerWheel wheel_{1'000'000};
};

TEST_F(TimerWheelTest, FiresOnceAndNeverEarly) {
  Thing thing;
  wheel_.set(thing, 1'000'120);
  EXPECT_EQ(wheel_.next_due_ms(), 1'000'150);
  advance(1'000'119);
  EXPECT_EQ(thing.fired, 0);
  advance(1'000'150);
  EXPECT_EQ(thing.fired, 1);
  EXPECT_FALSE(thing.scheduled());
  EXPECT_TRUE(wheel_.empty());
  EXPECT_EQ(wheel_.next_due_ms(), std::nullopt);
  advance(1'100'000);
  EXPECT_EQ(thing.fired, 1);
}

TEST_F(TimerWheelTest, ServesTheTimeThatHasPassedInTheNextCall) {
  Thing thing;
  wheel_.set(thing, 5);
  EXPECT_EQ(wheel_.next_due_ms(), 1'000'050);
  advance(1'000'050);
  EXPECT_EQ(thing.fired, 1);
}

TEST_F(TimerWheelTest, MovesAndCancels) {
  Thing moved;
  Thing cancelled;
  wheel_.set(moved, 1'000'100);
  wheel_.set(cancelled, 1'000'100);
  wheel_.set(moved, 1'000'500);
  wheel_.cancel(cancelled);
  wheel_.cancel(cancelled);
  EXPECT_EQ(wheel_.size(), 1U);
  EXPECT_EQ(wheel_.next_due_ms(), 1'000'500);
  advance(1'000'400);
  EXPECT_EQ(moved.fired, 0);
  advance(1'000'500);
  EXPECT_EQ(moved.fired, 1);
  EXPECT_EQ(cancelled.fired, 0);
}

TEST_F(TimerWheelTest, WaitsRoundsForADistantDeadline) {
  Thing thing;
  wheel_.set(thing, 1'000'000 + 3'600'000);
  int calls = 0;
  int64_t now = 0;
  while (thing.fired == 0) {
    now = *wheel_.next_due_ms();
    advance(now);
    ++calls;
  }
  EXPECT_EQ(now, 4'600'000);
  EXPECT_LT(calls, 80);  // one per round of 51 s
}

TEST_F(TimerWheelTest, CatchesUpAfterALongPause) {
  std::vector<Thing> things(100);
  for (size_t i = 0; i < things.size(); ++i) {
    wheel_.set(things[i], 1'000'000 + static_cast<int64_t>(i) * 3'000);
  }
  advance(9'000'000);
  for (const Thing& thing : things) EXPECT_EQ(thing.fired, 1);
}

TEST_F(TimerWheelTest, LetsTheCallbackSetAndCancelAnything) {
  Thing again;
  Thing first;
  Thing second;
  wheel_.set(first, 1'000'100);
  wheel_.set(second, 1'000'100);
  int calls = 0;
  wheel_.advance(1'000'100, [&](TimerWheel::Entry&) {
    ++calls;
    wheel_.cancel(first);
    wheel_.cancel(second);
    wheel_.set(again, 1'000'100);
  });
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(again.scheduled());
  advance(1'000'150);
  EXPECT_EQ(again.fired, 1);
}

TEST_F(TimerWheelTest, AgreesWithASortedListUnderRandomUse) {
  std::mt19937 random(7);
  std::vector<Thing> things(50);
  std::map<size_t, int64_t> model;
  int64_t now = 1'000'000;
  for (int step = 0; step < 20'000; ++step) {
    const size_t i = random() % things.size();
    if (random() % 4 == 0) {
      wheel_.cancel(things[i]);
      model.erase(i);
    } else {
      const int64_t due = now + static_cast<int64_t>(random() % 120'000);
      wheel_.set(things[i], due);
      model[i] = due;
    }
    now += static_cast<int64_t>(random() % 400);
    for (Thing& thing : things) thing.fired = 0;
    advance(now);
    for (size_t k = 0; k < things.size(); ++k) {
      const auto it = model.find(k);
      const bool due = it != model.end() && (it->second + 49) / 50 <= now / 50;
      ASSERT_EQ(things[k].fired, due ? 1 : 0) << "step " << step;
      if (due) model.erase(it);
    }
    ASSERT_EQ(wheel_.size(), model.size());
    if (!model.empty()) {
      int64_t earliest = INT64_MAX;
      for (const auto& [k, due] : model) earliest = std::min(earliest, due);
      ASSERT_LE(*wheel_.next_due_ms(), (earliest + 49) / 50 * 50);
      ASSERT_GT(*wheel_.next_due_ms(), now - 50);
    }
  }
  for (Thing& thing : things) wheel_.cancel(thing);
}

TEST_F(TimerWheelTest, ServesACrowdInPartsAndLosesNone) {
  std::vector<std::unique_ptr<TimerWheel::Entry>> crowd;
  for (int i = 0; i < 100; ++i) {
    crowd.push_back(std::make_unique<TimerWheel::Entry>());
    wheel_.set(*crowd.back(), 1'000'100 + (i % 2) * 50);
  }
  wheel_.set(*crowd[7], 1'000'100 + 51'200);  // in the same bucket, one round later
  size_t fired = 0;
  const auto part = [&](int64_t now) {
    const size_t before = fired;
    wheel_.advance(
        now,
        [&](TimerWheel::Entry& entry) {
          if (fired++ == 0) wheel_.cancel(*(&entry == crowd[0].get() ? crowd[2] : crowd[0]));
        },
        30);
    return fired - before;
  };
  EXPECT_EQ(part(1'000'150), 30u);
  EXPECT_EQ(wheel_.next_due_ms(), 1'000'100);
  EXPECT_EQ(part(1'000'150), 30u);
  EXPECT_EQ(part(1'000'150), 30u);
  EXPECT_LE(wheel_.next_due_ms(), 1'000'150);
  EXPECT_EQ(part(1'000'200), 8u);
  EXPECT_EQ(wheel_.size(), 1u);
  EXPECT_GT(wheel_.next_due_ms(), 1'000'200);
  EXPECT_EQ(part(1'000'100 + 51'200), 1u);
  EXPECT_TRUE(wheel_.empty());
}

}  // namespace
}  // namespace hermod
