#include "redis_replicas/replica_wait.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace hermod {
namespace {

using State = ReplicaWait::State;

class ReplicaWaitTest : public ::testing::Test {
 protected:
  test::FakeClock clock_;
  ReplicaWait wait_{clock_, {.replicas_min = 1, .replica_wait_ms = 10'000}};
};

TEST_F(ReplicaWaitTest, AnAnswerWaitsForTheNextRoundThatBegins) {
  EXPECT_FALSE(wait_.wants_round());
  EXPECT_EQ(wait_.await(), 1u);
  EXPECT_EQ(wait_.begin_round(), 1u);
  EXPECT_EQ(wait_.await(), 2u);  // it arrived during the first round
  wait_.confirm();
  EXPECT_TRUE(wait_.waits());
  EXPECT_EQ(wait_.begin_round(), 2u);
  wait_.confirm();
  EXPECT_FALSE(wait_.wants_round());
  EXPECT_EQ(wait_.unreplicated(), 0u);
  EXPECT_EQ(wait_.reason(), "");
}

TEST_F(ReplicaWaitTest, AnAnswerWaitsOnAfterARoundThatFails) {
  wait_.await();
  wait_.begin_round();
  wait_.fail("0 replicas confirmed");
  EXPECT_TRUE(wait_.wants_round());
  EXPECT_EQ(wait_.state(), State::kWaiting);
}

TEST_F(ReplicaWaitTest, WithoutASuccessAnswersNoLongerWaitUntilARoundSucceeds) {
  wait_.await();
  wait_.begin_round();
  clock_.advance(9'999);
  wait_.expire();
  EXPECT_EQ(wait_.state(), State::kWaiting);
  EXPECT_EQ(wait_.ms_left(), 1);
  wait_.fail("0 replicas confirmed");
  clock_.advance(1);
  wait_.expire();
  EXPECT_EQ(wait_.state(), State::kUnreplicated);
  EXPECT_FALSE(wait_.waits());
  EXPECT_EQ(wait_.await(), 0u);
  EXPECT_EQ(wait_.unreplicated(), 1u);
  EXPECT_EQ(wait_.reason(),
            "answers do not wait for replicas: no confirmation within 10000 ms; 0 replicas "
            "confirmed");
  EXPECT_TRUE(wait_.wants_round());  // without an answer that waits
  wait_.begin_round();
  wait_.confirm();
  EXPECT_EQ(wait_.state(), State::kWaiting);
  EXPECT_EQ(wait_.await(), 3u);
}

TEST_F(ReplicaWaitTest, ASuccessBeginsTheLimitAgain) {
  wait_.await();
  wait_.begin_round();
  clock_.advance(8'000);
  wait_.await();
  wait_.confirm();
  clock_.advance(8'000);
  wait_.expire();
  EXPECT_EQ(wait_.state(), State::kWaiting);
  EXPECT_EQ(wait_.ms_left(), 2'000);
}

TEST_F(ReplicaWaitTest, TheLimitCountsFromTheFirstAnswer) {
  wait_.expire();
  clock_.advance(60'000);
  wait_.await();
  EXPECT_EQ(wait_.ms_left(), 10'000);
  clock_.advance(5'000);
  wait_.await();
  EXPECT_EQ(wait_.ms_left(), 5'000);
}

TEST_F(ReplicaWaitTest, WithoutAKnownReplicaNothingWaits) {
  wait_.await();
  wait_.set_replicas(0);
  EXPECT_FALSE(wait_.waits());
  EXPECT_FALSE(wait_.wants_round());
  EXPECT_EQ(wait_.await(), 0u);
  EXPECT_NE(wait_.reason().find("no replica of the master is known"), std::string::npos);
  wait_.set_replicas(1);
  EXPECT_GT(wait_.await(), 0u);
  EXPECT_EQ(wait_.reason(), "");
}

TEST_F(ReplicaWaitTest, AResultThatComesLateDoesNotBringAReplicaBack) {
  wait_.await();
  wait_.begin_round();
  wait_.set_replicas(0);
  wait_.confirm();
  EXPECT_EQ(wait_.state(), State::kNoReplica);
  wait_.refuse("NOPERM");
  EXPECT_EQ(wait_.state(), State::kNoReplica);
}

TEST_F(ReplicaWaitTest, ARefusalIsTriedAgainOnEachConnection) {
  wait_.await();
  wait_.begin_round();
  wait_.refuse("NOPERM no permission");
  EXPECT_EQ(wait_.await(), 0u);
  EXPECT_FALSE(wait_.wants_round());
  wait_.set_replicas(0);
  wait_.link_down("Redis closed the connection");
  EXPECT_EQ(wait_.reason(),
            "answers do not wait for replicas: Redis refuses WAIT: NOPERM no permission");
  wait_.try_again();
  EXPECT_TRUE(wait_.wants_round());
  wait_.begin_round();
  EXPECT_FALSE(wait_.wants_round());
  wait_.confirm();
  EXPECT_EQ(wait_.state(), State::kWaiting);
}

TEST_F(ReplicaWaitTest, ARefusalEndsIfRedisWaitsInVain) {
  wait_.refuse("NOPERM");
  wait_.try_again();
  wait_.begin_round();
  wait_.fail("0 replicas confirmed");
  EXPECT_EQ(wait_.state(), State::kUnreplicated);
}

TEST_F(ReplicaWaitTest, AnAnswerOfTheNextMasterDoesNotCountForARoundOfTheFormerOne) {
  wait_.await();
  wait_.begin_round();
  wait_.forget();
  EXPECT_FALSE(wait_.waits());
  EXPECT_EQ(wait_.await(), 2u);
  wait_.confirm();  // of round 1
  EXPECT_TRUE(wait_.waits());
}

TEST_F(ReplicaWaitTest, TheReasonNamesTheFailureOfTheLink) {
  wait_.await();
  wait_.link_down("connection refused");
  clock_.advance(10'000);
  wait_.expire();
  EXPECT_NE(wait_.reason().find("10000 ms; connection refused"), std::string::npos);
  wait_.count_unreplicated(3);
  EXPECT_EQ(wait_.unreplicated(), 3u);
}

}  // namespace
}  // namespace hermod
