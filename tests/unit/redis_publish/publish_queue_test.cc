#include "redis_publish/publish_queue.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/fake_clock.h"
#include "support/loop_test.h"

namespace hermod {
namespace {

class PublishQueueTest : public test::LoopTest, protected PublishListener {
 protected:
  void SetUp() override {
    RedisPublisherOptions options;
    options.call_records_max = 2;
    queue_.emplace(loop(), clock_, options, [] {});
    queue_->start(*this);
  }
  void TearDown() override {
    queue_.reset();
    LoopTest::TearDown();
  }

  void on_published(Ticket ticket, PublishOutcome outcome, std::string_view /*error*/) override {
    answered_.emplace_back(ticket, outcome);
    if (on_answer_) on_answer_();
  }
  bool still_wanted(Ticket ticket) override { return !unwanted_.contains(ticket); }
  void on_unanswered() override {}

  void add(Ticket ticket, std::string_view text = "text") {
    queue_->add({ticket, "ann", "event", text});
  }

  using Answers = std::vector<std::pair<Ticket, PublishOutcome>>;

  test::FakeClock clock_;
  std::optional<PublishQueue> queue_;
  std::set<Ticket> unwanted_;
  std::function<void()> on_answer_;
  Answers answered_;
};

TEST_F(PublishQueueTest, ACallHasAtMostTheRecordsOfTheLimit) {
  for (Ticket ticket = 1; ticket <= 3; ++ticket) add(ticket);
  const PublishLane* lane = queue_->begin_call();
  ASSERT_NE(lane, nullptr);
  EXPECT_EQ(lane->sent, 2u);
  EXPECT_EQ(queue_->in_flight(), 2u);
  EXPECT_EQ(queue_->waiting(), 1u);
}

TEST_F(PublishQueueTest, AnswersTheRecordsThatAreNoLongerWanted) {
  add(1);
  add(2);
  unwanted_ = {1};
  const PublishLane* lane = queue_->begin_call();
  ASSERT_NE(lane, nullptr);
  EXPECT_EQ(lane->sent, 1u);
  EXPECT_EQ(lane->at(0).ticket, 2u);
  EXPECT_EQ(answered_, (Answers{{1, PublishOutcome::kForgotten}}));
}

TEST_F(PublishQueueTest, BeginsNoCallIfNothingIsWanted) {
  add(1);
  unwanted_ = {1};
  EXPECT_EQ(queue_->begin_call(), nullptr);
  EXPECT_TRUE(queue_->empty());
}

TEST_F(PublishQueueTest, AListenerMayPublishDuringTheSelection) {
  add(1);
  unwanted_ = {1};
  on_answer_ = [this] { add(2); };
  const PublishLane* lane = queue_->begin_call();
  ASSERT_NE(lane, nullptr);
  EXPECT_EQ(lane->at(0).ticket, 2u);
  EXPECT_FALSE(queue_->has_ready());
}

TEST_F(PublishQueueTest, AListenerMayStopTheQueueDuringTheSelection) {
  add(1);
  add(2);
  unwanted_ = {1};
  on_answer_ = [this] { queue_->stop(); };
  EXPECT_EQ(queue_->begin_call(), nullptr);
  EXPECT_EQ(queue_->in_flight(), 0u);
}

TEST_F(PublishQueueTest, AnswersNothingOnceItIsStopped) {
  add(1);
  ASSERT_NE(queue_->begin_call(), nullptr);
  queue_->stop();
  PublishLane& lane = *queue_->end_call();
  queue_->answer(lane, PublishOutcome::kRouted, {});
  queue_->settle(lane);
  EXPECT_TRUE(answered_.empty());
  queue_->forget();
  EXPECT_TRUE(queue_->empty());
}

TEST_F(PublishQueueTest, TheBytesOfACallAreLimitedButOneRecordAlwaysFits) {
  const std::string large(300'000, 'x');
  add(1, large);
  add(2, large);
  const PublishLane* lane = queue_->begin_call();
  ASSERT_NE(lane, nullptr);
  EXPECT_EQ(lane->sent, 1u);
}

}  // namespace
}  // namespace hermod
