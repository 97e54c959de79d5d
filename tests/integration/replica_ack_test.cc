// Answers that wait for the replicas, and the states in which they do not.
#include "replica_ack_fixture.h"

namespace hermod {
namespace {

using test::ReplicaAckTest;

TEST_F(ReplicaAckTest, AnAnswerComesWhenTheReplicaHasTheMessage) {
  open();
  on_answer_ = [this](const std::string& user) { EXPECT_EQ(stream_of(replica_, user), "1"); };
  for (int i = 0; i < 100; ++i) publish("user-" + std::to_string(i));
  ASSERT_TRUE(all_answered());
  for (Ticket ticket = 1; ticket <= 100; ++ticket) {
    EXPECT_EQ(answers_[ticket - 1].ticket, ticket);
    EXPECT_EQ(answers_[ticket - 1].outcome, PublishOutcome::kRouted);
  }
  EXPECT_EQ(ack_->status().unreplicated, 0u);
  EXPECT_GE(ack_->status().round_us, 0);
}

TEST_F(ReplicaAckTest, ADuplicateWaitsAsWell) {
  open();
  publish("ann");
  ASSERT_TRUE(all_answered());
  cut_replica();
  texts_.push_back({"ann", "event-1"});
  publisher_->publish({2, "ann", "event-1", "text"});
  ASSERT_TRUE(until_held(1));
  replica_.thaw();
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(answers_[1].outcome, PublishOutcome::kRepeat);
}

TEST_F(ReplicaAckTest, WhileNoAnswerWaitsThereIsNoRound) {
  open();
  publish("ann");
  ASSERT_TRUE(all_answered());
  const uint64_t rounds = ack_->status().rounds;
  EXPECT_EQ(rounds, 1u);
  wait_ms(50);
  EXPECT_EQ(ack_->status().rounds, rounds);
}

TEST_F(ReplicaAckTest, WithAFrozenReplicaAnswersWaitForTheLimitOnlyOnce) {
  open(700);
  publish("ann");
  ASSERT_TRUE(all_answered());
  replica_.freeze();
  publish("ann");
  ASSERT_TRUE(until_held(1));
  publish("ann");  // is sent, although the answer before it is held
  ASSERT_TRUE(until_held(2));
  EXPECT_EQ(stream_of(master_, "ann"), "3");
  EXPECT_EQ(ack_->status().reason, "");
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(ack_->status().unreplicated, 2u);
  EXPECT_NE(ack_->status().reason.find("no confirmation within 700 ms; 0 replicas confirmed"),
            std::string::npos);
  EXPECT_TRUE(log_.has("answers do not wait for replicas"));
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(ack_->status().unreplicated, 3u);
  EXPECT_EQ(state_changes_, 1);

  replica_.thaw();
  ASSERT_TRUE(run_until([&] { return ack_->status().reason.empty(); }));
  on_answer_ = [this](const std::string& user) { EXPECT_EQ(stream_of(replica_, user), "5"); };
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(ack_->status().unreplicated, 3u);
  EXPECT_EQ(state_changes_, 2);
  EXPECT_TRUE(log_.has("answers wait for replicas again"));
}

TEST_F(ReplicaAckTest, WhenNoReplicaIsKnownTheHeldAnswersAreGiven) {
  open();
  replica_.kill();
  publish("ann");
  ASSERT_TRUE(until_held(1));
  ack_->set_replicas(0);
  EXPECT_EQ(answers_.size(), 1u);
  EXPECT_EQ(ack_->status().unreplicated, 1u);
  const uint64_t rounds = ack_->status().rounds;
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(ack_->status().unreplicated, 2u);
  replica_.start();
  ack_->set_replicas(1);
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(ack_->status().unreplicated, 2u);
  EXPECT_GT(ack_->status().rounds, rounds);
  EXPECT_EQ(stream_of(replica_, "ann"), "3");
}

TEST_F(ReplicaAckTest, ARefusedWaitIsLoggedOnceAndCounted) {
  open();
  master_.command({"ACL", "SETUSER", "default", "-wait"});
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_NE(ack_->status().reason.find("Redis refuses WAIT: NOPERM"), std::string::npos);
  EXPECT_EQ(ack_->status().unreplicated, 1u);
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(ack_->status().unreplicated, 2u);
  EXPECT_EQ(state_changes_, 1);
  EXPECT_TRUE(errors_.empty());

  master_.command({"ACL", "SETUSER", "default", "+wait"});
  master_.command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
  ASSERT_TRUE(run_until([&] { return ack_->status().reason.empty(); }));
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(ack_->status().unreplicated, 2u);
}

TEST_F(ReplicaAckTest, AKeyThatIsNotPermittedIsARefusal) {
  open();
  master_.command({"ACL", "SETUSER", "default", "resetkeys", "~hermod:{*", "~test"});
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_NE(ack_->status().reason.find("NOPERM"), std::string::npos);
}

TEST_F(ReplicaAckTest, AnUnknownWaitIsARefusal) {
  master_.kill();
  test::RedisServerOptions options = master();
  options.arguments.insert(options.arguments.end(), {"--rename-command", "WAIT", ""});
  test::RedisServer managed(options);
  open(managed);
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_NE(ack_->status().reason.find("unknown command"), std::string::npos);
}

TEST_F(ReplicaAckTest, AReplicaThatAcceptsWritesConfirmsNothing) {
  replica_.command({"CONFIG", "SET", "replica-read-only", "no"});
  open(replica_);
  publish("ann");
  ASSERT_TRUE(run_until([&] { return !errors_.empty(); }));
  EXPECT_NE(errors_[0].find("replica instances"), std::string::npos);
  EXPECT_EQ(held(), 1u);
}

TEST_F(ReplicaAckTest, WithoutInfoTheRoundsStillBegin) {
  master_.command({"ACL", "SETUSER", "default", "-info"});
  open();
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(ack_->status().unreplicated, 0u);
  EXPECT_EQ(stream_of(replica_, "ann"), "1");
}

TEST_F(ReplicaAckTest, AnErrorOfTheRoundIsReportedAndTheRoundRepeated) {
  open();
  master_.command({"CONFIG", "SET", "min-replicas-to-write", "5"});
  ack_->set_key("hermod:other");
  EXPECT_GT(ack_->await(), 0u);
  ASSERT_TRUE(run_until([&] { return !errors_.empty(); }));
  EXPECT_EQ(errors_[0].substr(0, 10), "NOREPLICAS");
  master_.command({"CONFIG", "SET", "min-replicas-to-write", "0"});
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(master_.command({"EXISTS", "hermod:other"}), "1");
  EXPECT_EQ(master_.command({"EXISTS", "hermod:replicated"}), "0");
}

}  // namespace
}  // namespace hermod
