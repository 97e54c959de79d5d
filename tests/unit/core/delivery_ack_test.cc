#include "core/delivery_ack.h"

#include <gtest/gtest.h>

#include <string>

namespace hermod {
namespace {

constexpr StreamId id(uint64_t count) {
  return {1000 + count, count};
}

class DeliveryAckTest : public ::testing::Test {
 protected:
  // Sends a ping and returns its payload.
  std::string ping(int64_t now_ms = 1) {
    std::string out;
    ack_.append_ping(now_ms, out);
    return out.substr(2);
  }

  DeliveryAck ack_;
};

TEST_F(DeliveryAckTest, APongConfirmsWhatWasWrittenBeforeThePing) {
  ack_.on_written(id(1));
  EXPECT_TRUE(ack_.ping_wanted());
  const std::string payload = ping();
  ack_.on_written(id(2));
  EXPECT_TRUE(ack_.on_pong(payload));
  EXPECT_EQ(ack_.pinged(), id(1));
  EXPECT_EQ(ack_.written(), id(2));
  EXPECT_TRUE(ack_.ping_wanted());
}

TEST_F(DeliveryAckTest, ThePingIsAFrameWithACounter) {
  std::string out;
  ack_.append_ping(1, out);
  EXPECT_EQ(out,
            "\x89\x01"
            "1");
  EXPECT_TRUE(ack_.on_pong("1"));
  EXPECT_EQ(ping(), "2");
}

TEST_F(DeliveryAckTest, UnsolicitedPongsAreIgnored) {
  EXPECT_FALSE(ack_.on_pong("0"));
  const std::string payload = ping();
  EXPECT_FALSE(ack_.on_pong(""));
  EXPECT_FALSE(ack_.on_pong(payload + "0"));
  EXPECT_TRUE(ack_.outstanding());
  EXPECT_FALSE(ack_.proven());
  EXPECT_TRUE(ack_.on_pong(payload));
  EXPECT_TRUE(ack_.proven());
  EXPECT_FALSE(ack_.on_pong(payload));
}

TEST_F(DeliveryAckTest, NoPingIsWantedWhileOneIsOutstandingOrNothingIsNew) {
  EXPECT_FALSE(ack_.ping_wanted());
  ack_.on_written(id(1));
  const std::string payload = ping();
  ack_.on_written(id(2));
  EXPECT_FALSE(ack_.ping_wanted());
  EXPECT_TRUE(ack_.on_pong(payload));
  EXPECT_TRUE(ack_.ping_wanted());
}

TEST_F(DeliveryAckTest, TheFirstPingIsDueAtOnceAndTheNextOneLater) {
  EXPECT_EQ(ack_.due_ms(250), 0);
  ping(1000);
  EXPECT_EQ(ack_.due_ms(250), 1250);
  EXPECT_EQ(ack_.pinged_at_ms(), 1000);
}

TEST_F(DeliveryAckTest, AnEmptyOutboxSkipsDroppedMessagesButNeverGoesBack) {
  ack_.on_written(id(2));
  ack_.on_emptied(id(5));
  EXPECT_EQ(ack_.written(), id(5));
  ack_.on_emptied(id(3));
  EXPECT_EQ(ack_.written(), id(5));
}

TEST_F(DeliveryAckTest, WithoutPingsAWrittenMessageIsConfirmedOnce) {
  ack_.on_written(id(1));
  EXPECT_TRUE(ack_.confirm_written());
  EXPECT_EQ(ack_.pinged(), id(1));
  EXPECT_FALSE(ack_.confirm_written());
}

TEST_F(DeliveryAckTest, GoingBackLowersBothPositions) {
  ack_.start_at(id(5));
  ack_.on_written(id(7));
  ack_.go_back(id(6));
  EXPECT_EQ(ack_.written(), id(6));
  EXPECT_EQ(ack_.pinged(), id(5));
  ack_.go_back(id(2));
  EXPECT_EQ(ack_.written(), id(2));
  EXPECT_EQ(ack_.pinged(), id(2));
}

}  // namespace
}  // namespace hermod
