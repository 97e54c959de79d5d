#include "uv/loop_throttle.h"

#include <sys/resource.h>
#include <uv.h>

#include <optional>

#include "support/loop_test.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {
namespace {

class LoopThrottleTest : public test::LoopTest {
 protected:
  // The number of times that this thread has slept.
  static int64_t sleeps() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
  }

  // Runs loop iterations without a wait for 20 ms, which is long enough for a measurement of the
  // load.
  void turns(uint64_t much) {
    const uint64_t end_ns = uv_hrtime() + 20'000'000;
    while (uv_hrtime() < end_ns) pace_.throttle(uv_hrtime(), done_ += much);
  }

  void SetUp() override {
    awaited_->start(60'000);
    settle();
  }
  void TearDown() override {
    awaited_.reset();
    LoopTest::TearDown();
  }

  // A loop without active handles does not wait.
  std::optional<uv::Timer> awaited_{std::in_place, loop(), [] {}};
  uint64_t done_ = 0;
  uv::LoopThrottle pace_{loop()};
};

TEST_F(LoopThrottleTest, LittleIsDoneAsItComes) {
  const int64_t before = sleeps();
  turns(0);
  EXPECT_EQ(sleeps(), before);
}

TEST_F(LoopThrottleTest, MuchSharesTurnsThatBeginApart) {
  turns(1000);
  const uint64_t began_ns = uv_hrtime();
  for (int i = 0; i < 10; ++i) pace_.throttle(uv_hrtime(), done_ += 1000);
  EXPECT_GE(uv_hrtime() - began_ns, 9 * uv::LoopThrottle::kApartNs);
}

TEST_F(LoopThrottleTest, ATurnThatTookItsTimeIsFollowedAtOnce) {
  turns(1000);
  pace_.throttle(uv_hrtime(), done_ += 1000);
  const uint64_t end_ns = uv_hrtime() + uv::LoopThrottle::kApartNs;
  while (uv_hrtime() < end_ns) {
  }
  const int64_t before = sleeps();
  pace_.throttle(uv_hrtime(), done_ += 1000);
  EXPECT_EQ(sleeps(), before);
}

TEST_F(LoopThrottleTest, WorkThatIsPendingIsNotKeptWaiting) {
  turns(1000);
  uv::Immediate soon(loop(), [] {});
  soon.ask();
  const int64_t before = sleeps();
  for (int i = 0; i < 10; ++i) pace_.throttle(uv_hrtime(), done_ += 1000);
  EXPECT_EQ(sleeps(), before);
}

TEST_F(LoopThrottleTest, TheRestEndsWithTheRush) {
  turns(1000);
  turns(0);
  turns(0);  // the load is measured again in one of them
  const int64_t before = sleeps();
  turns(0);
  EXPECT_EQ(sleeps(), before);
}

}  // namespace
}  // namespace hermod
