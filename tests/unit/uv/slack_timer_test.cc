#include "uv/slack_timer.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "support/loop_test.h"

namespace hermod {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class SlackTimerTest : public test::LoopTest {
 protected:
  void TearDown() override {
    timer_.reset();
    LoopTest::TearDown();
  }

  steady_clock::duration time_until_fired() {
    fired_ = 0;
    const auto began = steady_clock::now();
    timer_->start(500);
    run_until([this] { return fired_ == 1; });
    return steady_clock::now() - began;
  }

  int fired_ = 0;
  std::optional<uv::SlackTimer> timer_{std::in_place, loop(), 100, [this] { ++fired_; }};
};

TEST_F(SlackTimerTest, AnIdleLoopIsWokenAtTheEndOfTheDelay) {
  EXPECT_GE(time_until_fired(), milliseconds(490));
}

TEST_F(SlackTimerTest, ALoopThatIsAwakeIsNotWokenForIt) {
  uv::Timer other(loop(), [] {});
  other.start(1, 1);
  auto shortest = time_until_fired();  // of three, because the machine may stall for a moment
  for (int i = 0; i < 2; ++i) shortest = std::min(shortest, time_until_fired());
  other.stop();
  EXPECT_GE(shortest, milliseconds(400));
  EXPECT_LT(shortest, milliseconds(490));
}

TEST_F(SlackTimerTest, AStoppedTimerDoesNotFire) {
  timer_->start(100);
  timer_->stop();
  bool over = false;
  uv::Timer other(loop(), [&over] { over = true; });
  other.start(150);
  run_until([&over] { return over; });
  EXPECT_EQ(fired_, 0);
  EXPECT_FALSE(timer_->active());
}

}  // namespace
}  // namespace hermod
