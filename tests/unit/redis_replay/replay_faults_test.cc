#include "redis_replay/replay_faults.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace hermod {
namespace {

using Verdict = ReplayFaults::Verdict;

class ReplayFaultsTest : public ::testing::Test {
 protected:
  test::FakeClock clock_;
  ReplayFaults faults_{clock_, 10'000};
  ReplayTask task_;
};

TEST_F(ReplayFaultsTest, AnErrorOfRedisDelaysAllRequests) {
  EXPECT_EQ(faults_.judge(task_, "LOADING"), Verdict::kStall);
  EXPECT_FALSE(task_.failing_since_ms);
}

TEST_F(ReplayFaultsTest, AMovingUserWaits) {
  EXPECT_EQ(faults_.judge(task_, "MOVED 1 x"), Verdict::kHold);
  clock_.advance(60'000);
  faults_.succeeded();
  EXPECT_EQ(faults_.judge(task_, "MOVED 1 x"), Verdict::kHold);
}

TEST_F(ReplayFaultsTest, OnlyPagesOfOtherUsersShowThatOneUserAloneFails) {
  EXPECT_EQ(faults_.judge(task_, "WRONGTYPE"), Verdict::kHoldAndProbe);
  clock_.advance(60'000);
  EXPECT_EQ(faults_.judge(task_, "WRONGTYPE"), Verdict::kHoldAndProbe);
  faults_.succeeded();
  EXPECT_EQ(faults_.judge(task_, "WRONGTYPE"), Verdict::kGiveUp);
}

TEST_F(ReplayFaultsTest, AUserIsRetriedForTheMaximumTime) {
  faults_.judge(task_, "WRONGTYPE");
  clock_.advance(9'999);
  faults_.succeeded();
  EXPECT_EQ(faults_.judge(task_, "WRONGTYPE"), Verdict::kHold);
}

}  // namespace
}  // namespace hermod
