#include "kafka/kafka_stats.h"

#include <simdjson.h>

#include <algorithm>

namespace hermod::kafka {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

int64_t number_in(const element& where, std::string_view name, int64_t absent) {
  int64_t value = 0;
  return where[name].get(value) == simdjson::SUCCESS ? value : absent;
}

std::string text_in(const element& where, std::string_view name) {
  std::string_view value;
  return where[name].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

bool flag_in(const element& where, std::string_view name) {
  bool value = false;
  return where[name].get(value) == simdjson::SUCCESS && value;
}

// "GroupCoordinator" is a second connection to one of the brokers, under its own name.
void read_broker(std::string_view name, const element& broker, Stats& stats) {
  const std::string state = text_in(broker, "state");
  if (state.empty()) return;
  const BrokerStats read{text_in(broker, "nodename"), state == "UP" || state == "UPDATE"};
  if (read.up) ++stats.brokers_up;
  stats.responses += static_cast<uint64_t>(number_in(broker, "rx", 0));
  if (number_in(broker, "waitresp_cnt", 0) > 0) stats.awaiting = true;
  if (name == "GroupCoordinator") {
    stats.group.coordinator = read.address;
  } else if (const int64_t id = number_in(broker, "nodeid", -1); id >= 0) {
    stats.brokers[static_cast<int32_t>(id)] = read;
  }
}

void read_group(const element& group, Stats& stats) {
  stats.group.coordinator_up = text_in(group, "state") == "up";
  stats.group.steady = stats.group.coordinator_up && text_in(group, "join_state") == "steady";
  stats.group.rebalance_age_ms = number_in(group, "rebalance_age", 0);
}

// librdkafka reports -1001 before the first response, and -1 for a response without an end.
PartitionStats::Fetch fetch_of(int64_t high) {
  if (high >= 0) return PartitionStats::Fetch::kWorks;
  return high == -1 ? PartitionStats::Fetch::kRefused : PartitionStats::Fetch::kNone;
}

void read_partition(const element& partition, const std::string& topic, Stats& stats) {
  const int64_t number = number_in(partition, "partition", -1);
  bool unknown = true;
  if (number < 0 || partition["unknown"].get(unknown) != simdjson::SUCCESS || unknown) return;
  stats.topic_exists[topic] = true;
  const int64_t committed = number_in(partition, "committed_offset", -1);
  const int64_t oldest = number_in(partition, "lo_offset", -1);
  const int64_t high = number_in(partition, "hi_offset", -1001);
  PartitionStats& read = stats.partitions[{topic, static_cast<int32_t>(number)}];
  read.wanted = flag_in(partition, "desired");
  read.fetch = fetch_of(high);
  const int64_t broker = number_in(partition, "broker", -1);
  read.broker = static_cast<int32_t>(broker >= 0 ? broker : number_in(partition, "leader", -1));
  read.waiting = static_cast<uint64_t>(std::max<int64_t>(number_in(partition, "fetchq_cnt", 0), 0));
  read.begin = std::max<int64_t>(committed >= 0 ? committed : oldest, -1);
  read.next = std::max<int64_t>(number_in(partition, "next_offset", -1), -1);
  // Records of an open transaction cannot be read yet, so they do not count as waiting.
  read.end = std::max<int64_t>(number_in(partition, "ls_offset", high), -1);
}

// An age of 0 means either "never requested" or "requested within this millisecond", so it is
// ignored.
void read_topic(std::string_view name, const element& topic, Stats& stats) {
  const std::string key(name);
  if (number_in(topic, "metadata_age", 0) > 0) stats.topic_exists.emplace(key, false);
  object partitions;
  if (topic["partitions"].get(partitions) != simdjson::SUCCESS) return;
  for (const auto field : partitions) read_partition(field.value, key, stats);
}

}  // namespace

Result<Stats> parse_stats(std::string_view json) {
  simdjson::dom::parser parser;
  element root;
  object brokers;
  object topics;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS ||
      root["brokers"].get(brokers) != simdjson::SUCCESS ||
      root["topics"].get(topics) != simdjson::SUCCESS) {
    return Error{ErrorCode::kParsing, "cannot parse the statistics of librdkafka"};
  }
  Stats stats;
  for (const auto field : brokers) read_broker(field.key, field.value, stats);
  element group;
  if (root["cgrp"].get(group) == simdjson::SUCCESS) read_group(group, stats);
  for (const auto field : topics) read_topic(field.key, field.value, stats);
  return stats;
}

}  // namespace hermod::kafka
