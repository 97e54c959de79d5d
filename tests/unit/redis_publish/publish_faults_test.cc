#include "redis_publish/publish_faults.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/recording_log.h"

namespace hermod {
namespace {

using Verdict = PublishFaults::Verdict;

class PublishFaultsTest : public ::testing::Test {
 protected:
  PublishFaultsTest() { lane_.user = &user_; }

  Verdict judge(const std::string& reason, bool stalled = false) {
    if (lane_.trouble) lane_.trouble->held = false;  // the back-off is over
    return faults_.judge(lane_, reason, stalled);
  }

  const std::string user_ = "ann";
  PublishLane lane_;
  test::FakeClock clock_;
  test::RecordingLog log_;
  PublishFaults faults_{clock_, log_, 10'000};
};

TEST_F(PublishFaultsTest, AnErrorOfTheRecordRefusesTheCall) {
  EXPECT_EQ(judge("WRONGTYPE Operation against a key"), Verdict::kRefuseCall);
  EXPECT_FALSE(lane_.trouble);
}

TEST_F(PublishFaultsTest, AnErrorOfRedisConcernsEveryUser) {
  EXPECT_EQ(judge("MOVED 1 x"), Verdict::kHold);
  EXPECT_EQ(judge("OOM"), Verdict::kStall);
  EXPECT_FALSE(lane_.trouble);
}

TEST_F(PublishFaultsTest, AMovingUserIsNeverRefused) {
  judge("MOVED 1 x");
  clock_.advance(60'000);
  faults_.succeeded();
  EXPECT_EQ(judge("MOVED 1 x"), Verdict::kHold);
  EXPECT_TRUE(lane_.held());
  EXPECT_TRUE(log_.has("a user's records wait"));
}

TEST_F(PublishFaultsTest, AnUnknownErrorIsProbedUnlessOtherUsersSucceed) {
  EXPECT_EQ(judge("ERR odd"), Verdict::kHoldAndProbe);
  clock_.advance(20'000);
  EXPECT_EQ(judge("ERR odd"), Verdict::kHoldAndProbe);
  faults_.succeeded();
  EXPECT_EQ(judge("ERR odd", true), Verdict::kHold);  // no call works at present
  EXPECT_EQ(judge("ERR odd"), Verdict::kRefuseFirst);
  EXPECT_FALSE(lane_.held());
}

}  // namespace
}  // namespace hermod
