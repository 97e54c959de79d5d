// How long a dead letter is held while its topic cannot be written.
#include "dead_letters/dead_letter_expiry.h"

#include <memory>

#include "support/fake_clock.h"
#include "support/loop_test.h"

namespace hermod {
namespace {

class DeadLetterExpiryTest : public test::LoopTest {
 protected:
  void TearDown() override {
    expiry_.reset();
    LoopTest::TearDown();
  }

  DeadLetterQueue::Entry& push() {
    queue_.push({});
    DeadLetterQueue::Entry* last = queue_.first_waiting();
    while (DeadLetterQueue::Entry* next = queue_.next_waiting(*last)) last = next;
    return *last;
  }

  static DeadLetterOptions options() {
    DeadLetterOptions made;
    made.hold_ms = 1000;
    made.later_hold_ms = 100;
    return made;
  }

  test::FakeClock clock_;
  DeadLetterQueue queue_{options(), clock_};
  int expired_ = 0;
  std::unique_ptr<DeadLetterExpiry> expiry_ =
      std::make_unique<DeadLetterExpiry>(loop(), clock_, options(), queue_, [this] { ++expired_; });
};

TEST_F(DeadLetterExpiryTest, HoldsUntilTheFailureHasLastedLongEnough) {
  push();
  expiry_->on_failed();
  clock_.advance(999);
  push();
  EXPECT_EQ(expiry_->first_expired(), nullptr);
  EXPECT_FALSE(expiry_->held_too_long());
  clock_.advance(1);
  EXPECT_TRUE(expiry_->held_too_long());
  EXPECT_EQ(expiry_->first_expired(), queue_.first_waiting());
}

TEST_F(DeadLetterExpiryTest, HoldsLaterOnesForAShorterTime) {
  expiry_->on_failed();
  clock_.advance(1000);
  push();
  EXPECT_EQ(expiry_->first_expired(), nullptr);
  clock_.advance(100);
  EXPECT_NE(expiry_->first_expired(), nullptr);
}

TEST_F(DeadLetterExpiryTest, OneInFlightDoesNotExpire) {
  DeadLetterQueue::Entry& entry = push();
  expiry_->on_failed();
  clock_.advance(1000);
  queue_.begin_flight(entry, DeadLetterQueue::Batch::kAlone);
  EXPECT_EQ(expiry_->first_expired(), nullptr);
}

TEST_F(DeadLetterExpiryTest, TheSameFailureLastsUntilALaterDeadLetterIsWritten) {
  const DeadLetterQueue::Entry& waited = push();
  expiry_->on_failed();
  clock_.advance(900);
  expiry_->on_recovered();
  expiry_->on_written(waited);
  expiry_->on_failed();
  clock_.advance(100);
  EXPECT_TRUE(expiry_->held_too_long());
  const DeadLetterQueue::Entry& later = push();
  expiry_->on_recovered();
  expiry_->on_written(later);
  EXPECT_TRUE(expiry_->held_too_long()) << "it waited during the failure";
  clock_.advance(1);
  expiry_->on_written(push());
  EXPECT_FALSE(expiry_->held_too_long());
}

TEST_F(DeadLetterExpiryTest, CallsWhenTheFirstExpires) {
  push();
  expiry_->on_failed();
  clock_.advance(1000);
  expiry_->start();
  run_until([this] { return expired_ == 1; });
}

}  // namespace
}  // namespace hermod
