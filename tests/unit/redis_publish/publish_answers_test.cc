#include "redis_publish/publish_answers.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace hermod {
namespace {

class PublishAnswersTest : public ::testing::Test, protected PublishListener {
 protected:
  PublishAnswersTest() { answers_.start(*this); }

  void on_published(Ticket ticket, PublishOutcome outcome, std::string_view error) override {
    given_.push_back({ticket, outcome, std::string(error)});
    if (on_answer_) on_answer_();
  }
  bool still_wanted(Ticket /*ticket*/) override { return true; }
  void on_unanswered() override {}

  void answer(Ticket ticket, std::string_view user = "ann",
              PublishOutcome outcome = PublishOutcome::kRouted, std::string_view error = {}) {
    answers_.give_or_hold({ticket, user, "event", "text"}, outcome, error);
  }

  std::vector<Ticket> tickets() const {
    std::vector<Ticket> tickets;
    for (const Given& given : given_) tickets.push_back(given.ticket);
    return tickets;
  }

  struct Given {
    Ticket ticket;
    PublishOutcome outcome;
    std::string error;
  };
  using Tickets = std::vector<Ticket>;

  PublishAnswers answers_;
  std::vector<Given> given_;
  std::function<void()> on_answer_;
  uint64_t number_ = 1;
};

TEST_F(PublishAnswersTest, GivesAnAnswerAtOnceIfNothingHoldsIt) {
  answer(1);
  answers_.hold([] { return 0; });
  answer(2);
  EXPECT_EQ(tickets(), (Tickets{1, 2}));
  EXPECT_EQ(answers_.held(), 0u);
}

TEST_F(PublishAnswersTest, GivesHeldAnswersInTheirOrderUpToTheNumber) {
  answers_.hold([this] { return number_; });
  answer(1);
  answer(2, "bob", PublishOutcome::kUnpublished, "NOPERM");
  number_ = 2;
  answer(3, "ann", PublishOutcome::kRepeat);
  EXPECT_TRUE(given_.empty());
  EXPECT_EQ(answers_.held(), 3u);
  EXPECT_EQ(answers_.give_held(0), 0u);
  EXPECT_EQ(answers_.give_held(1), 2u);
  EXPECT_EQ(tickets(), (Tickets{1, 2}));
  EXPECT_EQ(given_[1].outcome, PublishOutcome::kUnpublished);
  EXPECT_EQ(given_[1].error, "NOPERM");
  EXPECT_EQ(answers_.give_held(2), 1u);
  EXPECT_EQ(given_[2].outcome, PublishOutcome::kRepeat);
}

TEST_F(PublishAnswersTest, TheListenerMayStopTheAnswers) {
  answers_.hold([this] { return number_; });
  answer(1);
  answer(2);
  on_answer_ = [this] { answers_.stop(); };
  EXPECT_EQ(answers_.give_held(1), 1u);
  answer(3);
  EXPECT_EQ(tickets(), (Tickets{1}));
  EXPECT_EQ(answers_.held(), 1u);
  answers_.forget();
  EXPECT_EQ(answers_.held(), 0u);
  EXPECT_EQ(answers_.held(), 0u);
}

TEST_F(PublishAnswersTest, ReturnsThePublicationsOfHeldAnswers) {
  answers_.hold([this] { return number_; });
  answer(1);
  answer(2, "bob");
  answer(3);
  std::vector<Publication> taken;
  answers_.take_held_if([](std::string_view user) { return user == "bob"; }, taken);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].ticket, 2u);
  answers_.take_held(taken);
  ASSERT_EQ(taken.size(), 3u);
  EXPECT_EQ(taken[1].ticket, 1u);
  EXPECT_EQ(taken[2].ticket, 3u);
  EXPECT_EQ(answers_.give_held(1), 0u);
  EXPECT_TRUE(given_.empty());
}

}  // namespace
}  // namespace hermod
