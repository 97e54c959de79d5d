#include "redis_replay/replay_queue.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/fake_clock.h"
#include "support/loop_test.h"

namespace hermod {
namespace {

class ReplayQueueTest : public test::LoopTest {
 protected:
  void SetUp() override {
    queue_.emplace(loop(), clock_, [this] { ++released_; });
  }
  void TearDown() override {
    queue_.reset();
    LoopTest::TearDown();
  }

  void add(const std::string& user) {
    queue_->add({user}, [this, user](Result<ReplayPage> page) {
      if (!page) failed_.push_back(user);
    });
  }

  using Users = std::vector<std::string>;

  test::FakeClock clock_;
  std::optional<ReplayQueue> queue_;
  Users failed_;
  int released_ = 0;
};

TEST_F(ReplayQueueTest, RequestsAreSentAndAnsweredInTheirOrder) {
  add("ann");
  add("bob");
  EXPECT_EQ(queue_->send().user, "ann");
  EXPECT_EQ(queue_->send().user, "bob");
  EXPECT_FALSE(queue_->has_waiting());
  EXPECT_EQ(queue_->pop().user, "ann");
  EXPECT_EQ(queue_->in_flight(), 1u);
}

TEST_F(ReplayQueueTest, ARequestThatIsRetriedIsSentNext) {
  add("ann");
  add("bob");
  queue_->send();
  queue_->retry(queue_->pop());
  EXPECT_EQ(queue_->send().user, "ann");
}

TEST_F(ReplayQueueTest, ALostRequestWaitsAgainWithoutTheTimeOfTheFormerServer) {
  add("ann");
  ReplayTask& task = queue_->send();
  task.since_ms = 1;
  task.failing_since_ms = 1;
  queue_->pop_lost();
  ASSERT_TRUE(queue_->has_waiting());
  EXPECT_FALSE(queue_->send().since_ms);
  EXPECT_FALSE(queue_->pop().failing_since_ms);
}

TEST_F(ReplayQueueTest, EveryRequestFailsOnce) {
  add("flight");
  queue_->send();
  add("held");
  queue_->send();
  add("waiting");
  queue_->retry(queue_->pop());  // "flight" waits again
  queue_->hold(queue_->pop());
  queue_->send();
  queue_->fail_all();
  EXPECT_TRUE(failed_.empty());
  queue_->answer_failed();
  queue_->answer_failed();
  EXPECT_EQ(failed_, (Users{"flight", "waiting", "held"}));
  queue_->pop_lost();
  EXPECT_FALSE(queue_->has_waiting());
}

TEST_F(ReplayQueueTest, AHeldRequestWaitsAgainAfterItsBackOff) {
  add("ann");
  queue_->send();
  queue_->hold(queue_->pop());
  EXPECT_FALSE(queue_->has_waiting());
  clock_.advance(1000);
  EXPECT_TRUE(run_until([this] { return released_ == 1; }));
  EXPECT_EQ(queue_->send().user, "ann");
}

TEST_F(ReplayQueueTest, NothingIsAnsweredOnceItIsCleared) {
  add("flight");
  queue_->send();
  add("waiting");
  queue_->clear();
  queue_->answer_failed();
  EXPECT_TRUE(failed_.empty());
  EXPECT_FALSE(queue_->pop().done);
}

TEST_F(ReplayQueueTest, TheRequestsOfUsersThatLeaveFail) {
  add("ann");
  add("ann");
  add("ann");
  add("bob");
  queue_->send();
  queue_->send();
  queue_->hold(queue_->pop());
  queue_->fail_if([](std::string_view user) { return user == "ann"; });
  EXPECT_TRUE(failed_.empty());
  queue_->answer_failed();
  EXPECT_EQ(failed_, (Users{"ann", "ann", "ann"}));
  EXPECT_FALSE(queue_->pop().done);
  EXPECT_EQ(queue_->send().user, "bob");
  EXPECT_FALSE(queue_->has_waiting());
}

}  // namespace
}  // namespace hermod
