#include "uv/timer.h"

#include "support/loop_test.h"
#include "uv/immediate.h"
#include "uv/iteration_hook.h"

namespace hermod {
namespace {

using TimerTest = test::LoopTest;

TEST_F(TimerTest, FiresOnceAndNotAfterStop) {
  int fired = 0;
  uv::Timer timer(loop(), [&] { ++fired; });
  timer.start(1);
  run_until([&] { return fired == 1; });
  timer.start(1);
  timer.stop();
  settle();
  EXPECT_EQ(fired, 1);
}

TEST_F(TimerTest, MayDestroyItselfInItsCallback) {
  bool fired = false;
  std::unique_ptr<uv::Timer> timer;
  timer = std::make_unique<uv::Timer>(loop(), [&] {
    fired = true;
    timer.reset();
  });
  timer->start(1);
  run_until([&] { return fired; });
}

TEST_F(TimerTest, SoonMergesRequestsIntoOneCall) {
  int calls = 0;
  uv::Immediate soon(loop(), [&] { ++calls; });
  soon.ask();
  soon.ask();
  EXPECT_EQ(calls, 0);
  settle();
  EXPECT_EQ(calls, 1);
}

TEST_F(TimerTest, SoonAskedAgainInItsCallLetsTheLoopTurn) {
  int calls = 0;
  bool fired = false;
  uv::Timer timer(loop(), [&] { fired = true; });
  std::unique_ptr<uv::Immediate> soon;
  soon = std::make_unique<uv::Immediate>(loop(), [&] {
    ++calls;
    if (!fired) soon->ask();
  });
  soon->ask();
  timer.start(5);
  run_until([&] { return fired; });
  EXPECT_GT(calls, 1);
}

TEST_F(TimerTest, TurnEndComesInEachTurnAndKeepsNothingAlive) {
  int ends = 0;
  bool fired = false;
  uv::IterationHook turn_end(loop(), [&] { ++ends; });
  uv::Timer timer(loop(), [&] { fired = true; });
  timer.start(1);
  run_until([&] { return fired; });
  EXPECT_GT(ends, 0);
}

}  // namespace
}  // namespace hermod
