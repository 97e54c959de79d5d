#include "ws/closing_handshake.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

using State = ClosingHandshake::State;

constexpr bool kUnsent = true;
constexpr bool kAllSent = false;

TEST(ClosingHandshakeTest, AwaitsTheAnswerUntilTheTimeout) {
  ClosingHandshake closing(1001, 2'000);
  EXPECT_EQ(closing.code(), 1001);
  EXPECT_EQ(closing.state(), State::kAwaitAnswer);
  EXPECT_EQ(closing.due_ms(), 2'000);
  EXPECT_EQ(closing.on_due(1'999, kUnsent), State::kAwaitAnswer);
  EXPECT_EQ(closing.on_due(2'000, kAllSent), State::kTimedOut);
}

TEST(ClosingHandshakeTest, ThePongToTheLastPingConfirmsOnce) {
  ClosingHandshake closing(1001, 2'000);
  EXPECT_FALSE(closing.confirmed_by("last"));
  std::string out;
  closing.append_last_ping("ada", {7, 1}, out);
  EXPECT_EQ(out, "\x89\x04last");
  EXPECT_FALSE(closing.confirmed_by("12"));
  EXPECT_EQ(closing.confirmed_by("last"), (StreamId{7, 1}));
  EXPECT_EQ(closing.user(), "ada");
  EXPECT_FALSE(closing.confirmed_by("last"));
}

TEST(ClosingHandshakeTest, LimitsWhatIsReadMeanwhile) {
  ClosingHandshake closing(1001, 2'000);
  EXPECT_TRUE(closing.admit(98, 100));
  EXPECT_TRUE(closing.admit(0, 100));
  EXPECT_FALSE(closing.admit(0, 100));
}

TEST(ClosingHandshakeTest, AfterAViolationLingersWhileBytesAreUnsent) {
  ClosingHandshake closing(1002, 1'250);
  closing.begin_linger(1'000);
  EXPECT_EQ(closing.due_ms(), 1'100);
  EXPECT_EQ(closing.on_due(1'100, kUnsent), State::kLinger);
  EXPECT_EQ(closing.due_ms(), 1'200);
  EXPECT_EQ(closing.on_due(1'200, kAllSent), State::kAwaitEnd);
  EXPECT_EQ(closing.due_ms(), 1'250);
  EXPECT_EQ(closing.on_due(1'250, kAllSent), State::kTimedOut);
}

TEST(ClosingHandshakeTest, TheTimeoutEndsTheLinger) {
  ClosingHandshake closing(1002, 1'150);
  closing.begin_linger(1'000);
  EXPECT_EQ(closing.on_due(1'100, kUnsent), State::kLinger);
  EXPECT_EQ(closing.due_ms(), 1'150);
  EXPECT_EQ(closing.on_due(1'150, kUnsent), State::kTimedOut);
}

}  // namespace
}  // namespace hermod
