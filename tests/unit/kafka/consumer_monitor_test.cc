// What an operator learns about a consumer from its errors and statistics.
#include "kafka/consumer_monitor.h"

#include <gtest/gtest.h>

#include "support/recording_log.h"

namespace hermod::kafka {
namespace {

constexpr char kStats[] = R"({"brokers":{"a:1/1":{"nodename":"a:1","nodeid":1,"state":"UP","rx":1}},
    "topics":{"t":{"metadata_age":20,"partitions":{
      "0":{"partition":0,"unknown":false,"committed_offset":4,"next_offset":8,
           "lo_offset":0,"hi_offset":9,"ls_offset":9}}},
      "gone":{"metadata_age":20,"partitions":{}}}})";

TEST(ConsumerMonitor, NamesMissingTopicsOnce) {
  test::RecordingLog log;
  ConsumerMonitor monitor(log, {"t", "gone"}, "");
  for (int i = 0; i < 3; ++i) monitor.on_stats(kStats, 0);
  ASSERT_EQ(log.lines.size(), 1u);
  EXPECT_EQ(log.lines[0], "a Kafka topic does not exist, waiting for it topic=gone");
  EXPECT_EQ(monitor.health().missing(), std::vector<std::string>{"gone"});
}

TEST(ConsumerMonitor, MeasuresTheLag) {
  test::RecordingLog log;
  ConsumerMonitor monitor(log, {"t"}, "");
  EXPECT_EQ(monitor.lag_of({"t", 0}, 5), -1) << "no statistics yet";
  monitor.on_stats(kStats, 3);
  EXPECT_EQ(monitor.lag_of({"t", 0}, 5), 4);
  monitor.on_stats(kStats, 0);
  EXPECT_EQ(monitor.lag_of({"t", 0}, 5), 1) << "the fetcher passed offsets without a record";
}

TEST(ConsumerMonitor, AFatalErrorIsTheReason) {
  test::RecordingLog log;
  ConsumerMonitor monitor(log, {"t"}, "group");
  monitor.on_fatal("fenced");
  EXPECT_TRUE(log.has("fatal error of the Kafka client, replacing it error=fenced"));
  EXPECT_FALSE(monitor.health().up());
  EXPECT_EQ(monitor.health().reason(), "fenced");
}

TEST(ConsumerMonitor, UnreadableStatisticsAreLogged) {
  test::RecordingLog log;
  ConsumerMonitor monitor(log, {"t"}, "");
  monitor.on_stats("{", 0);
  EXPECT_TRUE(log.has("cannot parse the statistics"));
}

}  // namespace
}  // namespace hermod::kafka
