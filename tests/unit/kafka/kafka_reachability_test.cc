// Whether the brokers answer, from errors and statistics.
#include "kafka/kafka_reachability.h"

#include <gtest/gtest.h>

namespace hermod::kafka {
namespace {

Stats stats(uint32_t brokers_up, uint64_t responses, bool awaiting = false) {
  Stats made;
  made.brokers_up = brokers_up;
  made.responses = responses;
  made.awaiting = awaiting;
  return made;
}

TEST(KafkaReachability, IsUnreachableUntilABrokerAnswers) {
  Reachability brokers;
  EXPECT_FALSE(brokers.reachable());
  EXPECT_EQ(brokers.reason(), "not connected yet");
  brokers.on_stats(stats(1, 1));
  EXPECT_TRUE(brokers.reachable());
  EXPECT_TRUE(brokers.reason().empty());
}

TEST(KafkaReachability, TheLastErrorIsTheReason) {
  Reachability brokers;
  brokers.on_answer();
  brokers.on_error("connection refused");
  EXPECT_TRUE(brokers.reachable()) << "librdkafka reconnects";
  brokers.on_all_brokers_down();
  EXPECT_FALSE(brokers.reachable());
  EXPECT_TRUE(brokers.ever_reachable());
  EXPECT_EQ(brokers.reason(), "connection refused");
}

TEST(KafkaReachability, NoConnectionForTwoSecondsIsAnOutage) {
  Reachability brokers;
  brokers.on_answer();
  brokers.on_stats(stats(0, 0));
  EXPECT_TRUE(brokers.reachable());
  brokers.on_stats(stats(0, 0));
  EXPECT_EQ(brokers.reason(), "all brokers are down");
}

TEST(KafkaReachability, ABrokerThatDoesNotAnswerIsAnOutage) {
  Reachability brokers;
  brokers.on_stats(stats(1, 7));
  for (int i = 0; i < 4; ++i) brokers.on_stats(stats(1, 7, true));
  EXPECT_TRUE(brokers.reachable());
  brokers.on_stats(stats(1, 7, true));
  EXPECT_EQ(brokers.reason(), "the brokers do not answer");
  brokers.on_stats(stats(1, 8, true));
  EXPECT_TRUE(brokers.reachable());
}

}  // namespace
}  // namespace hermod::kafka
