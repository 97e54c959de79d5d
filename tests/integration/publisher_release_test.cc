// Users that leave a publisher while their call is in flight.
#include "replica_ack_fixture.h"

namespace hermod {
namespace {

using test::ReplicaAckTest;

bool is_ann(std::string_view user) {
  return user == "ann";
}

class PublisherReleaseTest : public ReplicaAckTest {
 protected:
  bool until_in_flight() {
    return run_until([this] { return publisher_->queue().in_flight() > 0; });
  }
};

TEST_F(PublisherReleaseTest, TheLateReplyOfAReleasedCallIsIgnored) {
  open();
  publish("ann");
  ASSERT_TRUE(until_in_flight());
  publish("ann");
  const auto released = publisher_->queue().release(is_ann);
  ASSERT_EQ(released.size(), 2u);
  publish("bob");
  ASSERT_TRUE(run_until([this] { return answers_.size() == 1; }));
  EXPECT_EQ(answers_[0].ticket, 3u);
  EXPECT_EQ(stream_of(master_, "ann"), "1");
  publisher_->queue().adopt(released);  // the user came back
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(answers_[1].outcome, PublishOutcome::kRepeat);
  EXPECT_EQ(answers_[2].outcome, PublishOutcome::kRouted);
  EXPECT_EQ(stream_of(master_, "ann"), "2");
}

TEST_F(PublisherReleaseTest, AReleasedCallThatIsLostIsIgnored) {
  open();
  publish("ann");
  ASSERT_TRUE(until_in_flight());
  publisher_->queue().release(is_ann);
  commands_->fail("the test ends the link");
  publish("bob");
  ASSERT_TRUE(run_until([this] { return answers_.size() == 1; }));
  EXPECT_EQ(answers_[0].ticket, 2u);
  EXPECT_TRUE(publisher_->queue().empty());
}

TEST_F(PublisherReleaseTest, IfTheReleasedCallTestedARefusalAnotherOneDoes) {
  open();
  ack_->set_replicas(0);
  master_.command({"CONFIG", "SET", "min-replicas-to-write", "5"});
  publish("ann");
  ASSERT_TRUE(run_until([this] { return !publisher_->stalled().empty(); }));
  ASSERT_TRUE(until_in_flight());  // the call that tests whether it works again
  publish("bob");
  publisher_->queue().release(is_ann);
  master_.command({"CONFIG", "SET", "min-replicas-to-write", "0"});
  ASSERT_TRUE(run_until([this] { return answers_.size() == 1; }));
  EXPECT_EQ(answers_[0].ticket, 2u);
  EXPECT_EQ(publisher_->stalled(), "");
}

TEST_F(PublisherReleaseTest, TheReplyAfterTheStopIsIgnored) {
  open();
  publish("ann");
  ASSERT_TRUE(until_in_flight());
  publisher_->queue().release(is_ann);
  publisher_->stop();
  stopped_ = true;
  ASSERT_TRUE(run_until([this] { return publisher_->queue().in_flight() == 0; }));
  EXPECT_TRUE(answers_.empty());
}

}  // namespace
}  // namespace hermod
