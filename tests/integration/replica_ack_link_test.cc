// Held answers when a link fails, and when the master fails over.
#include "replica_ack_fixture.h"

namespace hermod {
namespace {

using test::ReplicaAckTest;

TEST_F(ReplicaAckTest, IfOnlyTheLinkForReplicasFailsNothingIsSentAgain) {
  open();
  publish("ann");
  ASSERT_TRUE(all_answered());
  replica_.freeze();
  publish("ann");
  ASSERT_TRUE(until_held(1));
  ack_->move_to(RedisUrl::parse(master_.url()).take().endpoint, "the test moves it");
  replica_.thaw();
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(answers_[1].outcome, PublishOutcome::kRouted);
  EXPECT_EQ(stream_of(replica_, "ann"), "2");
}

TEST_F(ReplicaAckTest, AfterAFailoverUnconfirmedPublicationsAreSentAgainInTheirOrder) {
  open();
  publish("ann");
  ASSERT_TRUE(all_answered());
  cut_replica();
  publish("ann");
  ASSERT_TRUE(until_held(1));
  publish("ann");
  publish("bob");
  ASSERT_TRUE(until_held(3));
  master_.kill();
  publish("ann");
  replica_.thaw();
  EXPECT_EQ(stream_of(replica_, "ann"), "1");  // the others are lost
  replica_.command({"REPLICAOF", "NO", "ONE"});
  move_to(replica_);
  ack_->set_replicas(0);
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(stream_of(replica_, "ann"), "4");
  EXPECT_EQ(stream_of(replica_, "bob"), "1");
  const std::string entries = replica_.command({"XRANGE", "hermod:{ann}:stream", "-", "+"});
  EXPECT_LT(entries.find("event-2"), entries.find("event-3"));
  EXPECT_LT(entries.find("event-3"), entries.find("event-5"));
  for (const Answer& answer : answers_) EXPECT_EQ(answer.outcome, PublishOutcome::kRouted);
}

TEST_F(ReplicaAckTest, ARepeatedPublicationThatTheNewMasterHasIsADuplicate) {
  open();
  publish("ann");
  ASSERT_TRUE(all_answered());
  replica_.freeze();
  publish("ann");
  ASSERT_TRUE(until_held(1));
  replica_.thaw();
  master_.command({"WAIT", "1", "4500"});  // before the round of the link can end in this process
  master_.kill();
  replica_.command({"REPLICAOF", "NO", "ONE"});
  move_to(replica_);
  ack_->set_replicas(0);
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(answers_.size(), 2u);
  EXPECT_EQ(stream_of(replica_, "ann"), "2");
}

// The link for replicas finds the new master before the command link fails: its confirmation says
// nothing about what the former master has.
TEST_F(ReplicaAckTest, AnotherMasterConfirmsNothing) {
  test::RedisServer other{master()};
  test::RedisServer other_replica{replica_of(other)};
  other.command({"SET", "test", "1"});
  ASSERT_EQ(other.command({"WAIT", "1", "4500"}), "1");
  open(1500);
  publish("ann");
  ASSERT_TRUE(all_answered());
  ack_->move_to(RedisUrl::parse(other.url()).take().endpoint, "the test moves it");
  publish("ann");
  ASSERT_TRUE(until_held(1));
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(ack_->status().unreplicated, 1u);
  EXPECT_NE(ack_->status().reason.find("another Redis than the command link"), std::string::npos);
  EXPECT_EQ(other.command({"EXISTS", "hermod:replicated"}), "0");
}

TEST_F(ReplicaAckTest, AMasterThatRestartsWithoutItsDataGetsThePublicationsAgain) {
  open();
  publish("ann");
  ASSERT_TRUE(all_answered());
  cut_replica();
  publish("ann");
  ASSERT_TRUE(until_held(1));
  master_.kill();
  master_.start();
  replica_.thaw();
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(answers_[1].outcome, PublishOutcome::kRouted);
  EXPECT_EQ(stream_of(master_, "ann"), "1");
  EXPECT_EQ(stream_of(replica_, "ann"), "1");
  EXPECT_EQ(ack_->status().unreplicated, 0u);
}

TEST_F(ReplicaAckTest, ASilentLinkReconnects) {
  open(20'000);
  publish("ann");
  ASSERT_TRUE(all_answered());
  master_.freeze();
  EXPECT_GT(ack_->await(), 0u);
  wait_ms(5600);  // the socket timeout, after the longest WAIT
  master_.thaw();
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(ack_->status().unreplicated, 0u);
}

}  // namespace
}  // namespace hermod
