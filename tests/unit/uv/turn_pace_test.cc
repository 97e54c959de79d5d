#include "uv/turn_pace.h"

#include <sys/resource.h>
#include <uv.h>

#include <optional>

#include "support/loop_test.h"
#include "uv/soon.h"
#include "uv/timer.h"

namespace hermod {
namespace {

class TurnPaceTest : public test::LoopTest {
 protected:
  // How often this thread has gone to sleep.
  static int64_t sleeps() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
  }

  // Turns without a wait for 20 ms, each of which does as much as `much` says: long enough to be
  // judged by.
  void turns(uint64_t much) {
    const uint64_t end_ns = uv_hrtime() + 20'000'000;
    while (uv_hrtime() < end_ns) pace_.rest(uv_hrtime(), done_ += much);
  }

  void SetUp() override {
    awaited_->start(60'000);
    settle();
  }
  void TearDown() override {
    awaited_.reset();
    LoopTest::TearDown();
  }

  // A loop without anything does not wait.
  std::optional<uv::Timer> awaited_{std::in_place, loop(), [] {}};
  uint64_t done_ = 0;
  uv::TurnPace pace_{loop()};
};

TEST_F(TurnPaceTest, LittleIsDoneAsItComes) {
  const int64_t before = sleeps();
  turns(0);
  EXPECT_EQ(sleeps(), before);
}

TEST_F(TurnPaceTest, MuchSharesTurnsThatBeginApart) {
  turns(1000);
  const uint64_t began_ns = uv_hrtime();
  for (int i = 0; i < 10; ++i) pace_.rest(uv_hrtime(), done_ += 1000);
  EXPECT_GE(uv_hrtime() - began_ns, 9 * uv::TurnPace::kApartNs);
}

TEST_F(TurnPaceTest, ATurnThatTookItsTimeIsFollowedAtOnce) {
  turns(1000);
  pace_.rest(uv_hrtime(), done_ += 1000);
  const uint64_t end_ns = uv_hrtime() + uv::TurnPace::kApartNs;
  while (uv_hrtime() < end_ns) {
  }
  const int64_t before = sleeps();
  pace_.rest(uv_hrtime(), done_ += 1000);
  EXPECT_EQ(sleeps(), before);
}

TEST_F(TurnPaceTest, WorkThatIsPendingIsNotKeptWaiting) {
  turns(1000);
  uv::Soon soon(loop(), [] {});
  soon.ask();
  const int64_t before = sleeps();
  for (int i = 0; i < 10; ++i) pace_.rest(uv_hrtime(), done_ += 1000);
  EXPECT_EQ(sleeps(), before);
}

TEST_F(TurnPaceTest, TheRestEndsWithTheRush) {
  turns(1000);
  turns(0);
  turns(0);  // judged anew in the one or in the other
  const int64_t before = sleeps();
  turns(0);
  EXPECT_EQ(sleeps(), before);
}

}  // namespace
}  // namespace hermod
