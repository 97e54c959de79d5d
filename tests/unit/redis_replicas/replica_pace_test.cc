#include "redis_replicas/replica_pace.h"

#include <gtest/gtest.h>

#include <optional>

#include "support/fake_clock.h"
#include "support/loop_test.h"

namespace hermod {
namespace {

class ReplicaPaceTest : public test::LoopTest {
 protected:
  void SetUp() override {
    pace_.emplace(loop(), clock_, 5, [this] { ++due_; });
  }
  void TearDown() override {
    pace_.reset();
    LoopTest::TearDown();
  }

  test::FakeClock clock_;
  std::optional<ReplicaPace> pace_;
  int due_ = 0;
};

TEST_F(ReplicaPaceTest, TheFirstRoundIsDueInTheNextIteration) {
  pace_->ask();
  pace_->ask();
  EXPECT_EQ(due_, 0);
  settle();
  EXPECT_EQ(due_, 1);
}

TEST_F(ReplicaPaceTest, RoundsAreApartByTheGap) {
  pace_->began();
  clock_.advance(4);
  pace_->ask();
  settle();
  EXPECT_EQ(due_, 0);
  ASSERT_TRUE(run_until([&] { return due_ == 1; }));
  clock_.advance(1);
  pace_->ask();
  settle();
  EXPECT_EQ(due_, 2);
}

TEST_F(ReplicaPaceTest, AFailureDelaysTheNextRound) {
  pace_->began();
  pace_->failed();
  clock_.advance(499);
  pace_->ask();
  settle();
  EXPECT_EQ(due_, 0);
  ASSERT_TRUE(run_until([&] { return due_ == 1; }));
}

TEST_F(ReplicaPaceTest, AForgivenFailureDelaysNothing) {
  pace_->began();
  pace_->failed();
  clock_.advance(5);
  pace_->ask();
  pace_->forgive();
  pace_->ask();
  settle();
  EXPECT_EQ(due_, 1);
}

TEST_F(ReplicaPaceTest, NothingIsDueOnceItIsStopped) {
  pace_->ask();
  pace_->stop();
  settle();
  EXPECT_EQ(due_, 0);
}

}  // namespace
}  // namespace hermod
