#include "observe/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

namespace hermod {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct MetricsTest : ::testing::Test {
  std::string render() {
    return render_metrics(
        {stats, bus, source, process, traces, "1.2.3", "testing", true, reload, 0.25, fleet});
  }

  Stats stats;
  BusStatus bus;
  SourceStatus source;
  ProcessUsage process;
  ReloadStatus reload;
  TraceStatus traces;
  FleetTotals fleet;
};

TEST_F(MetricsTest, TheSumsOverAllProcessesAreShown) {
  fleet = {3, 1200};
  EXPECT_THAT(render(), HasSubstr("\nhermod_fleet_processes 3\n"));
  EXPECT_THAT(render(), HasSubstr("\nhermod_fleet_connections 1200\n"));
}

TEST_F(MetricsTest, EveryNameOfTheProtocolIsThereBeforeTheFirstConnection) {
  const std::string text = render();
  for (const char* line : {
           "websocket_connections_total{status=\"accepted\"} 0",
           "websocket_connections_total{status=\"rejected\"} 0",
           "websocket_connections_total{status=\"closed\"} 0",
           "websocket_active_connections 0",
           "websocket_messages_sent_total 0",
           "websocket_messages_failed_total{error_type=\"too_large\"} 0",
           "websocket_connection_duration_seconds_bucket{le=\"1800\"} 0",
           "jwt_validation_total{result=\"success\"} 0",
           "jwt_validation_total{result=\"expired\"} 0",
           "redis_subscription_duration_seconds_count 0",
           "websocket_http_requests_total{method=\"GET\",endpoint=\"/healthz\","
           "http_status=\"200\"} 0",
           "websocket_http_request_duration_seconds_sum 0",
           "websocket_http_requests_in_progress 0",
           "websocket_message_size_bytes_bucket{le=\"+Inf\"} 0",
           "hermod_dead_letters_total{reason=\"missing_field\"} 0",
           "hermod_build_info{version=\"1.2.3\",environment=\"testing\"} 1",
           "hermod_ready 1",
       }) {
    EXPECT_THAT(text, HasSubstr(std::string("\n") + line + "\n"));
  }
}

TEST_F(MetricsTest, ConnectionBucketsAreThoseOfTheProtocol) {
  const std::string text = render();
  for (const char* bound : {"1", "5", "10", "30", "60", "300", "600", "1800", "3600", "+Inf"}) {
    EXPECT_THAT(text, HasSubstr(std::string("websocket_connection_duration_seconds_bucket{le=\"") +
                                bound + "\"}"));
  }
}

TEST_F(MetricsTest, HistogramsAreCumulative) {
  for (const double seconds : {0.5, 2.0, 2.0, 9999.0}) stats.connection_seconds.add(seconds);
  const std::string text = render();
  const std::string name = "websocket_connection_duration_seconds";
  EXPECT_THAT(text, HasSubstr(name + "_bucket{le=\"1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{le=\"5\"} 3\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{le=\"3600\"} 3\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr(name + "_count 4\n"));
  EXPECT_THAT(text, HasSubstr(name + "_sum 10003.5\n"));
}

TEST_F(MetricsTest, WhatIsCountedComesOut) {
  stats.connections_accepted = 7;
  stats.jwt_validations["expired"] = 3;
  stats.jwt_validations["moonphase"] = 1;
  stats.http_requests[{"GET", "/metrics", 200}] = 5;
  stats.http_requests[{"POST", "unmatched", 405}] = 2;
  source.lag.push_back({"topic", 3, 42});
  source.lag.push_back({"topic", 4, -1});
  bus.round_trip_us = 1500;
  const std::string text = render();
  EXPECT_THAT(text, HasSubstr("websocket_connections_total{status=\"accepted\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("jwt_validation_total{result=\"expired\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("jwt_validation_total{result=\"moonphase\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("endpoint=\"/metrics\",http_status=\"200\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("endpoint=\"unmatched\",http_status=\"405\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("hermod_source_lag_records{topic=\"topic\",partition=\"3\"} 42\n"));
  EXPECT_THAT(text, Not(HasSubstr("partition=\"4\"")));
  EXPECT_THAT(text, HasSubstr("hermod_bus_round_trip_seconds 0.0015\n"));
}

TEST_F(MetricsTest, ShardsAreNamedByTheirAddress) {
  bus.shards = {{.shard = 3, .address = "a:1", .up = true, .users = 7, .publications_waiting = 2},
                {.shard = 4, .address = "b:2", .up = false, .reason = "refused"}};
  bus.shards[0].replicas = {{"c:3", "online"}};
  bus.unreplicated = 5;
  stats.not_kept[4] = 6;
  const std::string text = render();
  EXPECT_THAT(text, HasSubstr("\nhermod_bus_shards{state=\"up\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nhermod_bus_shards{state=\"down\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nhermod_bus_shard_up{shard=\"a:1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nhermod_bus_shard_up{shard=\"b:2\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nhermod_bus_shard_publications_waiting{shard=\"a:1\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("\nhermod_bus_shard_subscriptions{shard=\"a:1\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("\nhermod_bus_shard_replicas{shard=\"a:1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nhermod_bus_unreplicated_total 5\n"));
  EXPECT_THAT(text, HasSubstr("\nhermod_bus_not_kept_total{shard=\"a:1\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nhermod_bus_not_kept_total{shard=\"b:2\"} 6\n"));
}

TEST_F(MetricsTest, EachFamilyHasItsHelpAndTypeOnce) {
  const std::string text = render();
  const auto count = [&](const std::string& what) {
    size_t times = 0;
    for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++times;
    return times;
  };
  EXPECT_EQ(count("# TYPE websocket_connections_total counter"), 1u);
  EXPECT_EQ(count("# TYPE websocket_active_connections gauge"), 1u);
  EXPECT_EQ(count("# TYPE websocket_message_size_bytes histogram"), 1u);
  EXPECT_EQ(count("# HELP "), count("# TYPE "));
}

TEST_F(MetricsTest, LabelsFromConfigurationAreEscaped) {
  source.lag.push_back({"a\"b\\c\nd", 0, 1});
  EXPECT_THAT(render(), HasSubstr(R"(topic="a\"b\\c\nd")"));
}

TEST(ProcessUsage, IsThisProcess) {
  const ProcessUsage usage = read_process_usage();
  EXPECT_GT(usage.resident_bytes, 1'000'000u);
  EXPECT_GT(usage.virtual_bytes, usage.resident_bytes);
  EXPECT_GT(usage.cpu_seconds, 0);
  EXPECT_GT(usage.descriptors_max, 0u);
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_NEAR(usage.start_time_seconds, now, 3600);
  EXPECT_LT(usage.start_time_seconds, now + 2);
}

TEST(ProcessUsage, CountsDescriptors) {
  const auto before = read_process_usage().descriptors;
  const int fd = dup(0);
  const auto with_one_more = read_process_usage().descriptors;
  close(fd);
  ASSERT_TRUE(before.has_value() && with_one_more.has_value());
  EXPECT_EQ(*with_one_more, *before + 1);
}

TEST_F(MetricsTest, AFailedReloadShows) {
  reload.wall_ms = 1'750'000'000'500;
  EXPECT_THAT(render(), HasSubstr("hermod_reload_successful 1\n"));
  reload.error = "PORT is wrong";
  EXPECT_THAT(render(), HasSubstr("hermod_reload_successful 0\n"));
  EXPECT_THAT(render(), HasSubstr("hermod_reload_timestamp_seconds 1750000000.5\n"));
}

TEST_F(MetricsTest, OnlyAMemberOfAGroupHasJoinedIt) {
  EXPECT_THAT(render(), Not(HasSubstr("\nhermod_source_seconds_since_join ")));
  source.partitions_assigned = 3;
  source.joined_for_ms = 1500;
  EXPECT_THAT(render(), HasSubstr("\nhermod_source_seconds_since_join 1.5\n"));
  EXPECT_THAT(render(), HasSubstr("\nhermod_source_partitions_assigned 3\n"));
}

}  // namespace
}  // namespace hermod
