#include "ws/peer_deadlines.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lws/socket_state.h"
#include "ws/ws_options.h"

namespace hermod {
namespace {

using Overdue = PeerDeadlines::Overdue;

constexpr int64_t kStart = 1'000'000;
constexpr int64_t kNever = INT64_MAX / 2;

class PeerDeadlinesTest : public ::testing::Test {
 protected:
  PeerDeadlinesTest() {
    deadlines.begin(kStart);
    deadlines.set_expiry(kNever);
  }

  int64_t next() const { return deadlines.next_ms({0, kStart}, output, options); }
  Overdue overdue(int64_t after_ms) const {
    return deadlines.overdue(kStart + after_ms, output, options);
  }

  WsOptions options;
  PeerDeadlines::Output output;
  PeerDeadlines deadlines;
};

TEST_F(PeerDeadlinesTest, BeginsWithTheUpgrade) {
  EXPECT_FALSE(PeerDeadlines().begun());
  EXPECT_TRUE(deadlines.begun());
  EXPECT_EQ(deadlines.since_ms(), kStart);
  EXPECT_EQ(deadlines.received_ms(), kStart);
}

TEST_F(PeerDeadlinesTest, SpreadsTheFirstPingsOverTheInterval) {
  std::vector<int64_t> dues;
  for (output.connection = 1; output.connection <= 100; ++output.connection) dues.push_back(next());
  const auto [first, last] = std::ranges::minmax(dues);
  EXPECT_GE(first, kStart - 300);  // rounded down to a common step
  EXPECT_LT(first, kStart + options.ping_interval_ms / 10);
  EXPECT_GT(last, kStart + options.ping_interval_ms * 9 / 10);
  EXPECT_LT(last, kStart + options.ping_interval_ms);
}

TEST_F(PeerDeadlinesTest, PingsOneIntervalAfterTheLastPing) {
  output.pinged_ms = kStart + 60'000;
  const int64_t due = next();
  EXPECT_GT(due, output.pinged_ms + options.ping_interval_ms - 300);
  EXPECT_LE(due, output.pinged_ms + options.ping_interval_ms);
  EXPECT_FALSE(deadlines.is_ping_due(due - 1, output, options));
  EXPECT_TRUE(deadlines.is_ping_due(due, output, options));
  output.ping_outstanding = true;
  EXPECT_FALSE(deadlines.is_ping_due(due, output, options));
}

TEST_F(PeerDeadlinesTest, ThePingAfterAMessageMayBeTheNearest) {
  output.pinged_ms = kStart;
  output.delayed_ms = kStart + 250;
  EXPECT_EQ(next(), kStart + 250);
  output.blocked = true;  // no ping can be sent
  EXPECT_EQ(next(), kStart + options.pong_timeout_ms);
}

TEST_F(PeerDeadlinesTest, WithoutPingsOnlyTheInputIsAwaited) {
  options.ping_interval_ms = 0;
  EXPECT_EQ(next(), kStart + options.idle_timeout_ms);
  EXPECT_EQ(overdue(options.idle_timeout_ms - 1), Overdue::kNothing);
  EXPECT_EQ(overdue(options.idle_timeout_ms), Overdue::kInput);
  deadlines.on_received(kStart + 5);
  EXPECT_EQ(overdue(options.idle_timeout_ms), Overdue::kNothing);
}

TEST_F(PeerDeadlinesTest, AnOutstandingPingIsAwaitedFromTheLastSignOfLife) {
  output.ping_outstanding = true;
  output.pinged_ms = kStart + 100;
  EXPECT_EQ(next(), kStart + 100 + options.pong_timeout_ms);
  EXPECT_EQ(overdue(100 + options.pong_timeout_ms), Overdue::kPong);
  deadlines.on_progress(kStart + 200);
  EXPECT_EQ(overdue(100 + options.pong_timeout_ms), Overdue::kNothing);
  deadlines.on_received(kStart + 300);
  EXPECT_EQ(next(), kStart + 300 + options.pong_timeout_ms);
}

TEST_F(PeerDeadlinesTest, TimesNeverMoveBack) {
  deadlines.on_received(kStart + 300);
  deadlines.on_received(kStart + 200);
  EXPECT_EQ(deadlines.received_ms(), kStart + 300);
}

TEST_F(PeerDeadlinesTest, AcknowledgedBytesAreProgressOnlyWhileOthersAreUnacknowledged) {
  output.ping_outstanding = true;
  output.pinged_ms = kStart;
  SocketState socket;
  socket.known = true;
  socket.received_ago_ms = 20'000;
  socket.acked_ago_ms = 1'000;
  socket.all_acked = true;  // the client received the ping and does not answer
  const int64_t now = kStart + options.pong_timeout_ms;
  deadlines.update(socket, now);
  EXPECT_EQ(overdue(options.pong_timeout_ms), Overdue::kPong);
  socket.all_acked = false;
  deadlines.update(socket, now);
  EXPECT_EQ(next(), now - 1'000 + options.pong_timeout_ms);
  socket.known = false;
  socket.received_ago_ms = 0;
  deadlines.update(socket, now);
  EXPECT_EQ(deadlines.received_ms(), kStart);
}

TEST_F(PeerDeadlinesTest, TheExpiryIsOnTheWallClock) {
  constexpr int64_t kWall = 1'700'000'000'000;
  deadlines.set_expiry(kWall + 700);
  output.pinged_ms = kStart;
  EXPECT_EQ(deadlines.next_ms({kWall, kStart}, output, options), kStart + 700);
}

TEST_F(PeerDeadlinesTest, AnEarlierPingShortensTheTimeToAnswer) {
  const int64_t asked = kStart + 5'000;
  EXPECT_EQ(deadlines.answer_due_ms(asked, output, options), asked + options.quota_answer_ms);
  output.ping_outstanding = true;
  output.pinged_ms = kStart + 4'000;
  EXPECT_EQ(deadlines.answer_due_ms(asked, output, options),
            output.pinged_ms + options.quota_answer_ms);
  deadlines.on_received(kStart + 4'500);  // the client has sent data since that ping
  EXPECT_EQ(deadlines.answer_due_ms(asked, output, options), asked + options.quota_answer_ms);
}

}  // namespace
}  // namespace hermod
