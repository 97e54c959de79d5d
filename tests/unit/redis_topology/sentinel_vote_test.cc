#include "redis_topology/sentinel_vote.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

// A vote of one of three sentinels.
SentinelVote vote(uint16_t port, uint64_t epoch) {
  return {{"h", port}, epoch, 2};
}

TEST(SentinelVoteTest, TheHighestEpochWinsAtTheStart) {
  EXPECT_EQ(winning_vote({vote(1, 4), vote(2, 5), vote(1, 4)}, std::nullopt), vote(2, 5));
  EXPECT_EQ(winning_vote({vote(1, 0)}, std::nullopt), vote(1, 0));
  EXPECT_FALSE(winning_vote({}, std::nullopt));
}

TEST(SentinelVoteTest, AmongEqualEpochsTheMostVotesWin) {
  EXPECT_EQ(winning_vote({vote(1, 4), vote(2, 4), vote(2, 4)}, std::nullopt), vote(2, 4));
}

TEST(SentinelVoteTest, AStaleSentinelChangesNothing) {
  EXPECT_FALSE(winning_vote({vote(1, 4)}, vote(2, 5)));
  EXPECT_FALSE(winning_vote({vote(1, 4), vote(2, 5), vote(2, 5)}, vote(2, 5)));
  EXPECT_FALSE(winning_vote({vote(3, 5), vote(2, 5)}, vote(2, 5)));
}

TEST(SentinelVoteTest, OneSentinelWithAHigherEpochSuffices) {
  EXPECT_EQ(winning_vote({vote(2, 5), vote(2, 5), vote(3, 6)}, vote(2, 5)), vote(3, 6));
}

TEST(SentinelVoteTest, RightAfterAFailoverOnlyItsLeaderKnowsTheNewMaster) {
  const std::vector<SentinelVote> votes = {vote(1, 0), vote(2, 1), vote(1, 0)};
  EXPECT_EQ(winning_vote(votes, vote(1, 0)), vote(2, 1));
  EXPECT_FALSE(winning_vote(votes, vote(2, 1)));
  EXPECT_FALSE(winning_vote({vote(1, 0), vote(1, 0)}, vote(2, 1)));  // the leader has failed
}

TEST(SentinelVoteTest, AllSentinelsTogetherMayStartAgainAtALowerEpoch) {
  EXPECT_EQ(winning_vote({vote(1, 0), vote(1, 0), vote(1, 0)}, vote(2, 5)), vote(1, 0));
  EXPECT_EQ(winning_vote({vote(1, 5), vote(1, 5), vote(1, 5)}, vote(2, 5)), vote(1, 5));
}

}  // namespace
}  // namespace hermod
