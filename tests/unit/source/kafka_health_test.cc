#include "source/kafka_health.h"

#include <gtest/gtest.h>

namespace hermod::kafka {
namespace {

Stats stats_of(uint32_t brokers_up, uint64_t responses, bool awaiting = false) {
  Stats stats;
  stats.brokers_up = brokers_up;
  stats.responses = responses;
  stats.awaiting = awaiting;
  return stats;
}

TEST(KafkaHealth, BeginsDownAndComesUpWithAnAnswer) {
  Health health({"a"});
  EXPECT_FALSE(health.up());
  EXPECT_EQ(health.reason(), "not connected yet");
  health.on_error("connection refused");
  EXPECT_EQ(health.reason(), "connection refused");
  health.on_answer();
  EXPECT_TRUE(health.up());
  EXPECT_EQ(health.reason(), "");
}

TEST(KafkaHealth, StatisticsAloneBringItUp) {
  Health health({});
  health.on_stats(stats_of(1, 3));
  EXPECT_TRUE(health.up());
}

TEST(KafkaHealth, AllBrokersDownIsBelievedAtOnceWithTheLastError) {
  Health health({});
  health.on_answer();
  health.on_error("broker 1: disconnected");
  EXPECT_TRUE(health.up()) << "one error is no outage";
  health.on_all_brokers_down();
  EXPECT_FALSE(health.up());
  EXPECT_EQ(health.reason(), "broker 1: disconnected");
}

TEST(KafkaHealth, NoConnectionForTwoSecondsIsAnOutage) {
  Health health({});
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
  Health health({});
  health.on_stats(stats_of(1, 5, true));
  for (int second = 0; second < 4; ++second) {
    health.on_stats(stats_of(1, 5, true));
    EXPECT_TRUE(health.up());
  }
  health.on_stats(stats_of(1, 5, true));
  EXPECT_FALSE(health.up());
  EXPECT_EQ(health.reason(), "the brokers do not answer");
  health.on_stats(stats_of(1, 5, true));
  EXPECT_FALSE(health.up()) << "a connection alone says nothing";
  health.on_stats(stats_of(1, 6, true));
  EXPECT_TRUE(health.up());
}

TEST(KafkaHealth, AnIdleBrokerIsInGoodHealth) {
  Health health({});
  health.on_answer();
  for (int second = 0; second < 20; ++second) health.on_stats(stats_of(1, 5, false));
  EXPECT_TRUE(health.up());
}

TEST(KafkaHealth, NamesTheTopicsThatAreMissing) {
  Health health({"a", "b", "c"});
  Stats stats = stats_of(1, 1);
  stats.topic_exists = {{"a", true}, {"b", false}};
  health.on_stats(stats);
  EXPECT_EQ(health.missing(), std::vector<std::string>{"b"}) << "nothing is known of c yet";
  stats.topic_exists["b"] = true;
  health.on_stats(stats);
  EXPECT_TRUE(health.missing().empty());
}

TEST(KafkaHealth, ALongReasonIsCut) {
  Health health({});
  health.on_error(std::string(5000, 'x'));
  EXPECT_LE(health.reason().size(), 300u);
}

TEST(KafkaStats, ReadsWhatMatters) {
  const auto stats = parse_stats(R"({"brokers":{
      "a:1/1":{"state":"UP","rx":7,"waitresp_cnt":1},
      "b:1/2":{"state":"TRY_CONNECT","rx":2,"waitresp_cnt":0},
      "c:1/3":{"state":"UPDATE","rx":1,"waitresp_cnt":0},
      "d:1/4":{}},
    "topics":{
      "known":{"metadata_age":20,"partitions":{
        "0":{"partition":0,"unknown":false,"committed_offset":-1001,"lo_offset":4,"hi_offset":9},
        "1":{"partition":1,"unknown":false,"committed_offset":6,"lo_offset":4,"hi_offset":-1001},
        "-1":{"partition":-1,"unknown":false}}},
      "gone":{"metadata_age":20,"partitions":{"0":{"partition":0,"unknown":true}}},
      "asked":{"metadata_age":0,"partitions":{}},
      "odd":{"metadata_age":1}}})");
  ASSERT_TRUE(stats) << stats.error().message;
  EXPECT_EQ(stats.value().brokers_up, 2u);
  EXPECT_EQ(stats.value().responses, 10u);
  EXPECT_TRUE(stats.value().awaiting);
  const auto& exists = stats.value().topic_exists;
  EXPECT_TRUE(exists.at("known"));
  EXPECT_FALSE(exists.at("gone"));
  EXPECT_FALSE(exists.contains("asked"));
  const auto& ends = stats.value().ends;
  EXPECT_EQ(ends.at({"known", 0}).begin, 4);
  EXPECT_EQ(ends.at({"known", 0}).end, 9);
  EXPECT_EQ(ends.at({"known", 1}).begin, 6);
  EXPECT_EQ(ends.at({"known", 1}).end, -1);
  EXPECT_FALSE(ends.contains({"gone", 0}));
}

TEST(KafkaStats, RefusesWhatIsNot) {
  EXPECT_FALSE(parse_stats("{"));
  EXPECT_FALSE(parse_stats("[]"));
  EXPECT_FALSE(parse_stats(R"({"brokers":{}})"));
}

}  // namespace
}  // namespace hermod::kafka
