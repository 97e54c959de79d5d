#include "kafka/kafka_stats.h"

#include <gtest/gtest.h>

#include "kafka/kafka_lag.h"

namespace hermod::kafka {
namespace {

using Fetch = PartitionStats::Fetch;

TEST(KafkaStats, ReadsWhatMatters) {
  const auto stats = parse_stats(R"({"brokers":{
      "a:1/1":{"nodename":"a:1","nodeid":1,"state":"UP","rx":7,"waitresp_cnt":1},
      "b:1/2":{"nodename":"b:1","nodeid":2,"state":"TRY_CONNECT","rx":2,"waitresp_cnt":0},
      "c:1/3":{"nodename":"c:1","nodeid":3,"state":"UPDATE","rx":1,"waitresp_cnt":0},
      "c:1/bootstrap":{"nodename":"c:1","nodeid":-1,"state":"INIT"},
      "GroupCoordinator":{"nodename":"b:1","nodeid":2,"state":"DOWN","rx":0},
      "d:1/4":{}},
    "cgrp":{"state":"up","join_state":"steady","rebalance_age":1500},
    "topics":{
      "known":{"metadata_age":20,"partitions":{
        "0":{"partition":0,"unknown":false,"desired":true,"broker":-1,"leader":2,"fetchq_cnt":3,
             "committed_offset":-1001,"next_offset":8,"lo_offset":4,"hi_offset":9,"ls_offset":7},
        "1":{"partition":1,"unknown":false,"broker":3,"leader":2,
             "committed_offset":6,"lo_offset":4,"hi_offset":-1001,"ls_offset":-1001},
        "2":{"partition":2,"unknown":false,"hi_offset":-1,"ls_offset":-1},
        "-1":{"partition":-1,"unknown":false}}},
      "gone":{"metadata_age":20,"partitions":{"0":{"partition":0,"unknown":true}}},
      "asked":{"metadata_age":0,"partitions":{}},
      "odd":{"metadata_age":1}}})");
  ASSERT_TRUE(stats) << stats.error().message;
  EXPECT_EQ(stats.value().brokers_up, 2u);
  EXPECT_EQ(stats.value().responses, 10u);
  EXPECT_TRUE(stats.value().awaiting);
  const auto& brokers = stats.value().brokers;
  EXPECT_EQ(brokers.size(), 3u);
  EXPECT_TRUE(brokers.at(1).up);
  EXPECT_FALSE(brokers.at(2).up);
  EXPECT_EQ(brokers.at(2).address, "b:1");
  EXPECT_EQ(stats.value().group.coordinator, "b:1");
  EXPECT_TRUE(stats.value().group.steady);
  EXPECT_EQ(stats.value().group.rebalance_age_ms, 1500);
  const auto& exists = stats.value().topic_exists;
  EXPECT_TRUE(exists.at("known"));
  EXPECT_FALSE(exists.at("gone"));
  EXPECT_FALSE(exists.contains("asked"));
  const auto& partitions = stats.value().partitions;
  const PartitionStats& first = partitions.at({"known", 0});
  EXPECT_TRUE(first.wanted);
  EXPECT_EQ(first.fetch, Fetch::kWorks);
  EXPECT_EQ(first.broker, 2);
  EXPECT_EQ(first.waiting, 3u);
  EXPECT_EQ(first.begin, 4);
  EXPECT_EQ(first.next, 8);
  EXPECT_EQ(first.end, 7);
  const PartitionStats& second = partitions.at({"known", 1});
  EXPECT_FALSE(second.wanted);
  EXPECT_EQ(second.fetch, Fetch::kNone);
  EXPECT_EQ(second.broker, 3);
  EXPECT_EQ(second.begin, 6);
  EXPECT_EQ(second.end, -1);
  EXPECT_EQ(partitions.at({"known", 2}).fetch, Fetch::kRefused);
  EXPECT_FALSE(partitions.contains({"gone", 0}));
}

TEST(KafkaStats, ReadsAClientWithoutAGroup) {
  const auto stats = parse_stats(R"({"brokers":{},"topics":{},"cgrp":{"state":"wait-coord"}})");
  ASSERT_TRUE(stats);
  EXPECT_FALSE(stats.value().group.coordinator_up);
  EXPECT_FALSE(stats.value().group.steady);
}

TEST(KafkaStats, RefusesWhatIsNot) {
  EXPECT_FALSE(parse_stats("{"));
  EXPECT_FALSE(parse_stats("[]"));
  EXPECT_FALSE(parse_stats(R"({"brokers":{}})"));
}

class KafkaLag : public ::testing::Test {
 protected:
  void stats(int64_t next, int64_t end, bool all_taken) {
    PartitionStats partition;
    partition.fetch = Fetch::kWorks;
    partition.begin = 0;
    partition.next = next;
    partition.end = end;
    lag_.on_stats({{id_, partition}}, all_taken);
  }
  TopicPartition id_{"t", 0};
  Lag lag_;
};

TEST_F(KafkaLag, IsUnknownAtFirstAndNothingAtAnEnd) {
  EXPECT_EQ(lag_.of(id_, 5), -1);
  lag_.on_end(id_, 7);
  EXPECT_EQ(lag_.of(id_, std::nullopt), 0);
}

TEST_F(KafkaLag, WhatHoldsNoRecordIsNotWaiting) {
  stats(10, 10, true);  // records up to offset 7, then markers and aborted records
  EXPECT_EQ(lag_.of(id_, 8), 0);
  EXPECT_EQ(lag_.of(id_, std::nullopt), 0) << "only markers after the committed offset";
}

TEST_F(KafkaLag, RecordsFetchedAndNotTakenWait) {
  stats(10, 12, false);
  EXPECT_EQ(lag_.of(id_, 4), 8);
  EXPECT_EQ(lag_.of(id_, std::nullopt), 12);
  lag_.on_all_taken();
  EXPECT_EQ(lag_.of(id_, 10), 2);
}

TEST_F(KafkaLag, WhatCameSinceTheStatisticsIsNotNegative) {
  stats(10, 10, true);
  EXPECT_EQ(lag_.of(id_, 25), 0);
}

}  // namespace
}  // namespace hermod::kafka
