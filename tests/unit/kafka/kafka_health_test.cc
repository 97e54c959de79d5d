#include "kafka/kafka_health.h"

#include <gtest/gtest.h>

namespace hermod::kafka {
namespace {

using Fetch = PartitionStats::Fetch;

constexpr int kPatience = 10;

Stats stats_of(uint32_t brokers_up, uint64_t responses, bool awaiting = false) {
  Stats stats;
  stats.brokers_up = brokers_up;
  stats.responses = responses;
  stats.awaiting = awaiting;
  return stats;
}

// --- whether the brokers answer; a client without a group

TEST(KafkaHealth, BeginsDownAndComesUpWithAnAnswer) {
  KafkaHealth health({"a"}, "");
  EXPECT_FALSE(health.up());
  EXPECT_EQ(health.reason(), "not connected yet");
  health.on_error("connection refused");
  EXPECT_EQ(health.reason(), "connection refused");
  health.on_answer();
  EXPECT_TRUE(health.up());
  EXPECT_EQ(health.reason(), "");
}

TEST(KafkaHealth, StatisticsAloneBringItUp) {
  KafkaHealth health({}, "");
  health.on_stats(stats_of(1, 3));
  EXPECT_TRUE(health.up());
}

TEST(KafkaHealth, AllBrokersDownIsBelievedAtOnceWithTheLastError) {
  KafkaHealth health({}, "");
  health.on_answer();
  health.on_error("broker 1: disconnected");
  EXPECT_TRUE(health.up()) << "one error is not an outage";
  health.on_all_brokers_down();
  EXPECT_FALSE(health.up());
  EXPECT_EQ(health.reason(), "broker 1: disconnected");
}

TEST(KafkaHealth, NoConnectionForTwoSecondsIsAnOutage) {
  KafkaHealth health({}, "");
  health.on_answer();
  health.on_stats(stats_of(0, 5));
  EXPECT_TRUE(health.up());
  health.on_stats(stats_of(0, 5));
  EXPECT_FALSE(health.up());
  EXPECT_EQ(health.reason(), "all brokers are down");
  health.on_stats(stats_of(1, 6));
  EXPECT_TRUE(health.up());
}

TEST(KafkaHealth, BrokersThatOweAnswersAreGivenFiveSeconds) {
  KafkaHealth health({}, "");
  health.on_stats(stats_of(1, 5, true));
  for (int second = 0; second < 4; ++second) {
    health.on_stats(stats_of(1, 5, true));
    EXPECT_TRUE(health.up());
  }
  health.on_stats(stats_of(1, 5, true));
  EXPECT_FALSE(health.up());
  EXPECT_EQ(health.reason(), "the brokers do not answer");
  health.on_stats(stats_of(1, 5, true));
  EXPECT_FALSE(health.up()) << "a connection alone proves nothing";
  health.on_stats(stats_of(1, 6, true));
  EXPECT_TRUE(health.up());
}

TEST(KafkaHealth, AnIdleBrokerIsInGoodHealth) {
  KafkaHealth health({}, "");
  health.on_answer();
  for (int second = 0; second < 20; ++second) health.on_stats(stats_of(1, 5, false));
  EXPECT_TRUE(health.up());
}

TEST(KafkaHealth, ALongReasonIsCut) {
  KafkaHealth health({}, "");
  health.on_error(std::string(5000, 'x'));
  EXPECT_LE(health.reason().size(), 300u);
}

// --- whether a member of a group consumes

class KafkaMember : public ::testing::Test {
 protected:
  KafkaMember() {
    stats_.brokers_up = 1;
    stats_.brokers[1] = {"kafka:9092", true};
    stats_.group = {.coordinator_up = true, .steady = true, .coordinator = "kafka:9092"};
    stats_.topic_exists = {{"a", true}, {"b", true}};
    for (const char* topic : {"a", "b"}) stats_.partitions[{topic, 0}] = good();
  }
  static PartitionStats good() {
    PartitionStats partition;
    partition.wanted = true;
    partition.fetch = Fetch::kWorks;
    partition.broker = 1;
    return partition;
  }
  PartitionStats& first() { return stats_.partitions[{"a", 0}]; }
  void seconds(int count) {
    for (int i = 0; i < count; ++i) {
      ++stats_.responses;
      health_.on_stats(stats_);
    }
  }
  void refuse(Refusal::Of of, bool unauthorised = true, std::string_view text = "words") {
    const bool grouped = of == Refusal::Of::kGroup;
    health_.on_refusal({of, unauthorised, grouped ? "" : "a", 0, text});
  }
  bool says(const char* words) const { return health_.reason().find(words) != std::string::npos; }

  Stats stats_;
  KafkaHealth health_{{"a", "b"}, "g"};
};

TEST_F(KafkaMember, IsUpWhenItHasJoinedAndFetches) {
  EXPECT_FALSE(health_.up());
  seconds(1);
  EXPECT_TRUE(health_.up()) << health_.reason();
}

TEST_F(KafkaMember, AnAnswerAloneIsNotEnough) {
  stats_.group.steady = false;
  stats_.partitions.clear();
  seconds(1);
  EXPECT_FALSE(health_.up());
  EXPECT_EQ(health_.reason(), "the consumer group g is not joined");
}

TEST_F(KafkaMember, WithoutAPartitionBecauseOthersHaveThemAllIsUp) {
  stats_.partitions[{"a", 0}].wanted = false;
  stats_.partitions[{"b", 0}].wanted = false;
  seconds(1);
  EXPECT_TRUE(health_.up()) << health_.reason();
}

TEST_F(KafkaMember, ACoordinatorThatCannotBeReachedIsNamed) {
  stats_.group = {.coordinator = "wrong.example:9092"};
  seconds(1);
  EXPECT_TRUE(says("wrong.example:9092, cannot be reached")) << health_.reason();
  EXPECT_TRUE(says("advertised.listeners"));
}

TEST_F(KafkaMember, ALeaderThatCannotBeReachedIsNamed) {
  stats_.brokers[2] = {"wrong.example:9092", false};
  first().broker = 2;
  first().fetch = Fetch::kNone;
  seconds(1);
  EXPECT_FALSE(health_.up());
  EXPECT_TRUE(says("the broker wrong.example:9092 with partition 0 of the topic a"));
}

TEST_F(KafkaMember, ARebalanceAndANewLeaderAreNoReasonForAWhile) {
  seconds(1);
  stats_.group.steady = false;
  first().broker = -1;
  seconds(kPatience - 1);
  EXPECT_TRUE(health_.up()) << health_.reason();
  stats_.group.steady = true;
  first().broker = 1;
  seconds(1);
  stats_.group.steady = false;
  seconds(kPatience - 1);
  EXPECT_TRUE(health_.up()) << "each problem has its own patience";
  seconds(1);
  EXPECT_FALSE(health_.up());
  EXPECT_EQ(health_.reason(), "the consumer group g is not joined");
}

TEST_F(KafkaMember, APartitionWithoutALeaderIsAReasonInTheEnd) {
  seconds(1);
  first().broker = -1;
  seconds(kPatience + 1);
  EXPECT_EQ(health_.reason(), "partition 0 of the topic a has no leader");
  first().broker = 1;
  seconds(1);
  EXPECT_TRUE(health_.up());
}

TEST_F(KafkaMember, RecordsThatWaitAreNotTakenForASilentPartition) {
  seconds(1);
  first().fetch = Fetch::kNone;
  first().waiting = 5;
  seconds(2 * kPatience);
  EXPECT_TRUE(health_.up()) << "no fetches are expected while the bus is slow";
}

TEST_F(KafkaMember, NoRightToReadStandsUntilAFetchSucceeds) {
  seconds(1);
  refuse(Refusal::Of::kPartition);
  EXPECT_FALSE(health_.up());
  EXPECT_EQ(health_.reason(), "not authorised to read the topic a: grant READ on the topic");
  seconds(1);  // statistics from before the error
  EXPECT_FALSE(health_.up());
  first().fetch = Fetch::kRefused;
  seconds(30);  // reported once, and still true
  EXPECT_TRUE(says("grant READ"));
  first().fetch = Fetch::kWorks;
  seconds(2);
  EXPECT_TRUE(health_.up()) << health_.reason();
}

TEST_F(KafkaMember, ARecordEndsAPartitionsError) {
  seconds(1);
  refuse(Refusal::Of::kPartition);
  health_.on_record("b", 0);
  EXPECT_FALSE(health_.up());
  health_.on_record("a", 0);
  EXPECT_TRUE(health_.up());
}

TEST_F(KafkaMember, APartitionThatIsNotOursAnyMoreHasNoError) {
  seconds(1);
  refuse(Refusal::Of::kPartition);
  first().wanted = false;
  seconds(1);
  EXPECT_TRUE(health_.up());
}

TEST_F(KafkaMember, AnErrorThatComesAgainAndAgainIsAReason) {
  seconds(1);
  for (int second = 0; second < kPatience; ++second) {
    refuse(Refusal::Of::kPartition, false, "bad batch");
    EXPECT_TRUE(health_.up()) << "second " << second;
    seconds(1);
  }
  EXPECT_EQ(health_.reason(), "partition 0 of the topic a cannot be fetched: bad batch");
  seconds(2);
  EXPECT_TRUE(health_.up());
}

TEST_F(KafkaMember, NoRightToTheGroupStandsUntilItIsJoined) {
  seconds(1);
  refuse(Refusal::Of::kGroup);
  EXPECT_EQ(health_.reason(),
            "not authorised to join the consumer group g: grant READ on the group");
  EXPECT_EQ(health_.joined_for_ms(), -1);
  stats_.group.steady = false;
  seconds(30);
  EXPECT_TRUE(says("not authorised to join"));
  stats_.group.steady = true;
  seconds(1);
  EXPECT_TRUE(health_.up());
}

TEST_F(KafkaMember, ATopicThatMayNotBeDescribedIsNotMissing) {
  stats_.topic_exists["a"] = false;
  stats_.partitions.erase({"a", 0});
  refuse(Refusal::Of::kTopic);
  seconds(5);
  EXPECT_TRUE(health_.missing().empty());
  EXPECT_EQ(health_.reason(), "not authorised to describe the topic a: grant READ on the topic");
  stats_.topic_exists["a"] = true;
  stats_.partitions[{"a", 0}] = good();
  seconds(1);
  EXPECT_TRUE(health_.up());
}

TEST_F(KafkaMember, AMissingTopicIsNamedAndNoReasonWhileAnotherExists) {
  stats_.topic_exists["a"] = false;
  stats_.partitions.erase({"a", 0});
  seconds(1);
  EXPECT_TRUE(health_.up()) << health_.reason();
  EXPECT_EQ(health_.missing(), std::vector<std::string>{"a"});
  // For a moment after the metadata request of the topic, the statistics say nothing about it.
  stats_.topic_exists.erase("a");
  seconds(1);
  EXPECT_EQ(health_.missing(), std::vector<std::string>{"a"});
  stats_.topic_exists["a"] = true;
  seconds(1);
  EXPECT_TRUE(health_.missing().empty());
}

TEST_F(KafkaMember, WithoutAnyTopicIsDown) {
  seconds(1);
  stats_.topic_exists = {{"a", false}, {"b", false}};
  stats_.partitions.clear();
  stats_.group.steady = false;
  seconds(1);
  EXPECT_EQ(health_.reason(), "no topic exists: a, b");
}

TEST_F(KafkaMember, AFatalErrorStandsUntilANewClientHasJoined) {
  seconds(1);
  health_.on_fatal("fenced");
  EXPECT_EQ(health_.reason(), "fenced");
  health_.begin_again();
  stats_.group.steady = false;
  seconds(3);
  EXPECT_EQ(health_.reason(), "fenced");
  stats_.group.steady = true;
  seconds(1);
  EXPECT_TRUE(health_.up());
}

TEST_F(KafkaMember, TheFirstRecordSaysMoreThanTheStatistics) {
  health_.on_record("a", 0);
  EXPECT_TRUE(health_.up());
}

}  // namespace
}  // namespace hermod::kafka
