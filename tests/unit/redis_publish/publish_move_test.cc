// The publications of a user that leave a queue without an answer, and come back to one: held
// answers after a failover, and a user that moves to another shard.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/user_predicate.h"
#include "redis_publish/publish_queue.h"
#include "support/fake_clock.h"
#include "support/loop_test.h"

namespace hermod {
namespace {

using Tickets = std::vector<Ticket>;

UserPredicate only(std::string_view name) {
  return [name](std::string_view user) { return user == name; };
}

class PublishMoveTest : public test::LoopTest, protected PublishListener {
 protected:
  void SetUp() override {
    make(queue_);
    make(other_);
  }
  void TearDown() override {
    queue_.reset();
    other_.reset();
    LoopTest::TearDown();
  }

  void make(std::optional<PublishQueue>& queue) {
    queue.emplace(loop(), clock_, RedisPublisherOptions{}, [this] { ++filled_; });
    queue->start(*this);
    queue->answers().hold([] { return 1; });
  }

  void on_published(Ticket ticket, PublishOutcome /*outcome*/,
                    std::string_view /*error*/) override {
    answered_.push_back(ticket);
  }
  bool still_wanted(Ticket /*ticket*/) override { return true; }
  void on_unanswered() override {}

  void add(Ticket ticket, std::string_view user = "ann") {
    queue_->add({ticket, user, "event", "text"});
  }

  // Ends the oldest call: all its records are answered, and the answers are held.
  static void finish_call(PublishQueue& queue) {
    PublishLane& lane = *queue.end_call();
    for (size_t left = lane.sent; left > 0; --left) {
      queue.answer(lane, PublishOutcome::kRouted, {});
    }
    queue.settle(lane);
  }

  static Tickets tickets(const std::vector<Publication>& publications) {
    Tickets tickets;
    for (const Publication& publication : publications) tickets.push_back(publication.ticket);
    return tickets;
  }

  static Tickets sent(const PublishLane* lane) {
    Tickets tickets;
    for (size_t i = 0; i < lane->sent; ++i) tickets.push_back(lane->at(i).ticket);
    return tickets;
  }

  void hold_back(uint64_t back_off_ms) {  // the lane whose call ends fails
    PublishLane& lane = *queue_->end_call();
    lane.trouble = std::make_unique<LaneTrouble>();
    lane.trouble->held = true;
    lane.trouble->backoff = Backoff(back_off_ms, back_off_ms);
    queue_->settle(lane);
  }

  test::FakeClock clock_;
  std::optional<PublishQueue> queue_;
  std::optional<PublishQueue> other_;
  int filled_ = 0;
  Tickets answered_;
};

TEST_F(PublishMoveTest, TheNextCallOfAUserDoesNotWaitForAHeldAnswer) {
  add(1);
  queue_->begin_call();
  add(2);
  finish_call(*queue_);
  EXPECT_EQ(queue_->answers().held(), 1u);
  EXPECT_TRUE(answered_.empty());
  EXPECT_EQ(sent(queue_->begin_call()), (Tickets{2}));
}

TEST_F(PublishMoveTest, AfterAFailoverHeldAnswersAreSentAgainFirst) {
  add(1);
  add(2);
  add(3, "bob");
  queue_->begin_call();
  queue_->begin_call();
  finish_call(*queue_);
  add(4);
  finish_call(*queue_);
  queue_->begin_call();
  queue_->settle(*queue_->end_call());  // the link fails
  queue_->put_back_held();
  EXPECT_EQ(queue_->waiting(), 4u);
  EXPECT_EQ(queue_->answers().held(), 0u);
  EXPECT_EQ(sent(queue_->begin_call()), (Tickets{1, 2, 4}));
  EXPECT_EQ(sent(queue_->begin_call()), (Tickets{3}));
  finish_call(*queue_);
  finish_call(*queue_);
  EXPECT_EQ(queue_->answers().give_held(1), 4u);
  EXPECT_EQ(answered_, (Tickets{1, 2, 4, 3}));
}

TEST_F(PublishMoveTest, ALaneThatIsHeldStaysHeldWithItsEarlierPublications) {
  add(1);
  queue_->begin_call();
  add(2);
  finish_call(*queue_);
  queue_->begin_call();
  hold_back(20);
  queue_->put_back_held();
  EXPECT_FALSE(queue_->has_ready());
  clock_.advance(20);
  ASSERT_TRUE(run_until([&] { return queue_->has_ready(); }));
  EXPECT_EQ(filled_, 1);
  EXPECT_EQ(sent(queue_->begin_call()), (Tickets{1}));  // one record at a time, because it failed
}

TEST_F(PublishMoveTest, AReleasedUserTakesEverythingWithoutAnAnswerAlong) {
  add(1);
  queue_->begin_call();
  add(2);
  finish_call(*queue_);
  queue_->begin_call();
  add(3);
  add(4, "bob");
  const auto released = queue_->release(only("ann"));
  EXPECT_EQ(tickets(released), (Tickets{1, 2, 3}));
  EXPECT_EQ(queue_->waiting(), 1u);
  EXPECT_EQ(queue_->in_flight(), 1u);  // the call still burdens Redis
  other_->adopt(released);
  EXPECT_EQ(filled_, 1);
  EXPECT_EQ(sent(other_->begin_call()), (Tickets{1, 2, 3}));
}

TEST_F(PublishMoveTest, TheResultOfAReleasedCallIsIgnored) {
  add(1);
  add(2, "bob");
  queue_->begin_call();
  queue_->begin_call();
  queue_->release(only("ann"));
  add(3);  // the user came back
  EXPECT_EQ(sent(queue_->begin_call()), (Tickets{3}));
  EXPECT_EQ(queue_->end_call(), nullptr);
  finish_call(*queue_);
  finish_call(*queue_);
  EXPECT_EQ(queue_->answers().give_held(1), 2u);
  EXPECT_EQ(answered_, (Tickets{2, 3}));
  EXPECT_EQ(queue_->in_flight(), 0u);
  EXPECT_TRUE(queue_->empty());
}

TEST_F(PublishMoveTest, AReleasedLaneIsNeitherReadyNorHeld) {
  add(1);
  queue_->begin_call();
  hold_back(20);
  add(2, "bob");
  EXPECT_EQ(tickets(queue_->release(only("ann"))), (Tickets{1}));
  EXPECT_EQ(tickets(queue_->release(only("bob"))), (Tickets{2}));
  EXPECT_TRUE(queue_->release(only("carl")).empty());
  EXPECT_FALSE(queue_->has_ready());
  EXPECT_TRUE(queue_->empty());
  clock_.advance(20);
  settle();
  EXPECT_EQ(filled_, 0);
}

TEST_F(PublishMoveTest, ReleasesManyUsersAtOnce) {
  add(1);
  add(2, "bob");
  add(3, "carl");
  add(4, "dora");
  queue_->begin_call();
  finish_call(*queue_);
  add(5);
  queue_->begin_call();  // bob
  hold_back(60'000);
  add(6, "bob");
  queue_->begin_call();  // carl
  queue_->begin_call();  // dora
  const auto is_moved = [](std::string_view user) { return user != "dora"; };
  const auto released = queue_->release(is_moved);
  EXPECT_EQ(released.size(), 5u);
  EXPECT_EQ(queue_->in_flight(), 2u);
  EXPECT_EQ(queue_->waiting(), 0u);
  other_->adopt(released);
  EXPECT_EQ(other_->waiting(), 5u);
  Tickets order[2];
  while (other_->has_ready()) {
    const PublishLane* lane = other_->begin_call();
    if (*lane->user == "ann") order[0] = sent(lane);
    if (*lane->user == "bob") order[1] = sent(lane);
  }
  EXPECT_EQ(order[0], (Tickets{1, 5}));
  EXPECT_EQ(order[1], (Tickets{2, 6}));
  EXPECT_EQ(queue_->end_call(), nullptr);
  finish_call(*queue_);
  EXPECT_TRUE(queue_->empty());
}

TEST_F(PublishMoveTest, AnAdoptedUserComesBeforeLaterPublications) {
  other_->add({7, "ann", "event", "text"});
  add(1);
  other_->adopt(queue_->release(only("ann")));
  EXPECT_EQ(sent(other_->begin_call()), (Tickets{1, 7}));
}

TEST_F(PublishMoveTest, AnOpenCallOfAnAdoptedUserIsRepeatedAfterTheEarlierPublications) {
  other_->add({7, "ann", "event", "text"});
  other_->begin_call();
  add(1);
  other_->adopt(queue_->release(only("ann")));
  EXPECT_EQ(other_->waiting(), 2u);
  EXPECT_EQ(other_->in_flight(), 1u);
  EXPECT_EQ(sent(other_->begin_call()), (Tickets{1, 7}));
  EXPECT_EQ(other_->end_call(), nullptr);
  finish_call(*other_);
  EXPECT_EQ(other_->answers().give_held(1), 2u);
  EXPECT_EQ(answered_, (Tickets{1, 7}));
  EXPECT_TRUE(other_->empty());
  EXPECT_EQ(other_->in_flight(), 0u);
}

TEST_F(PublishMoveTest, AStoppedQueueAdoptsNothing) {
  add(1);
  const auto released = queue_->release(only("ann"));
  other_->stop();
  other_->adopt(released);
  other_->adopt({});
  EXPECT_TRUE(other_->empty());
}

}  // namespace
}  // namespace hermod
