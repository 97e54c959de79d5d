// Held answers when a link fails, and when the master fails over.
#include "odd_server.h"
#include "replica_ack_fixture.h"

namespace hermod {
namespace {

using test::ReplicaAckTest;

struct MovedKey final : ReplicaAckListener {
  size_t on_replicated(uint64_t number) override {
    replicated = number;
    return 0;
  }
  void on_replica_error(std::string_view why) override {
    error = why;
    ack->set_key("hermod:{b}:replicated");
  }
  void on_replica_state() override {}

  ReplicaAck* ack = nullptr;
  std::string error;
  uint64_t replicated = 0;
};

TEST_F(ReplicaAckTest, IfOnlyTheLinkForReplicasFailsNothingIsSentAgain) {
  open();
  publish("ann");
  ASSERT_TRUE(all_answered());
  replica_.freeze();
  publish("ann");
  ASSERT_TRUE(until_held(1));
  ack_->move_to(endpoint_of(master_), "the test moves it");
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
  ASSERT_NO_FATAL_FAILURE(synchronize(other, other_replica));
  open(1500);
  publish("ann");
  ASSERT_TRUE(all_answered());
  ack_->move_to(endpoint_of(other), "the test moves it");
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
  ack_options_.socket_timeout_ms = 300;
  open(20'000);
  publish("ann");
  ASSERT_TRUE(all_answered());
  master_.freeze();
  EXPECT_GT(ack_->await(), 0u);
  wait_ms(900);  // more than the socket timeout and the longest WAIT
  master_.thaw();
  publish("ann");
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(ack_->status().unreplicated, 0u);
}

// MOVED concerns the key, even if WAIT counts the replicas of an earlier write.
TEST_F(ReplicaAckTest, AMovedKeyIsReportedAndReplaced) {
  test::OddServer server(loop(), [](std::string_view input) -> std::string {
    const auto has = [input](std::string_view word) {
      return input.find(word) != std::string_view::npos;
    };
    if (has("PING")) return "+OK\r\n+PONG\r\n";
    if (has("INFO")) return "$11\r\nrun_id:abc\n\r\n";
    if (has("hermod:{a}:replicated")) return "-MOVED 7 127.0.0.1:1\r\n:1\r\n";
    return "+OK\r\n:1\r\n";
  });
  RedisLinkOptions link;
  link.endpoint = RedisUrl::parse(server.url()).take().endpoint();
  MovedKey listener;
  ReplicaAck ack(loop(), clock_, log_, link, {}, "hermod:{a}:replicated", listener);
  listener.ack = &ack;
  ack.start();
  ack.set_master("abc");
  EXPECT_EQ(ack.await(), 1u);
  ASSERT_TRUE(run_until([&] { return listener.replicated == 2; }));
  EXPECT_EQ(listener.error, "MOVED 7 127.0.0.1:1");
  EXPECT_EQ(ack.status().reason, "");
  ack.stop();
}

}  // namespace
}  // namespace hermod
