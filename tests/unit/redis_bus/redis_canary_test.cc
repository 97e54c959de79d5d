#include "redis_bus/redis_canary.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "support/fake_clock.h"
#include "support/loop_test.h"

namespace hermod {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A canary that ticks but is never sent, because nothing is connected.
class RedisCanaryTest : public test::LoopTest,
                        public RedisCanary::Listener,
                        public RedisCommandsListener {
 protected:
  void TearDown() override {
    canary_.reset();
    commands_.reset();
    LoopTest::TearDown();
  }

  steady_clock::duration time_of_a_tick() {
    ticks_ = 0;
    const auto began = steady_clock::now();
    canary_->start();
    run_until([this] { return ticks_ == 1; });
    canary_->stop();
    return steady_clock::now() - began;
  }

  void on_canary_tick() override { ++ticks_; }
  void on_canary_changed() override {}
  void on_canary_allowed() override {}
  void on_commands_up() override {}
  void on_commands_down(std::string_view) override {}

  int ticks_ = 0;
  test::FakeClock clock_;
  std::optional<RedisCommands> commands_{std::in_place,      loop(),          clock_,
                                         RedisLinkOptions{}, "hermod-canary", *this};
  std::optional<RedisCanary> canary_{std::in_place, loop(), clock_, *commands_, "canary", *this};
};

TEST_F(RedisCanaryTest, AnIdleLoopIsWokenOnceTheSecondIsOver) {
  EXPECT_GE(time_of_a_tick(), milliseconds(1010));
}

TEST_F(RedisCanaryTest, ALoopThatIsAwakeIsNotWokenForIt) {
  uv::Timer other(loop(), [] {});
  other.start(1, 1);
  auto shortest = time_of_a_tick();  // of three, because the machine may stall for a moment
  for (int i = 0; i < 2; ++i) shortest = std::min(shortest, time_of_a_tick());
  other.stop();
  EXPECT_GE(shortest, milliseconds(920));
  EXPECT_LT(shortest, milliseconds(1010));
}

}  // namespace
}  // namespace hermod
