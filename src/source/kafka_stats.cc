#include "source/kafka_stats.h"

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

void read_broker(const element& broker, Stats& stats) {
  std::string_view state;
  if (broker["state"].get(state) != simdjson::SUCCESS) return;
  if (state == "UP" || state == "UPDATE") ++stats.brokers_up;
  stats.responses += static_cast<uint64_t>(number_in(broker, "rx", 0));
  if (number_in(broker, "waitresp_cnt", 0) > 0) stats.awaiting = true;
}

void read_partition(const element& partition, const std::string& topic, Stats& stats) {
  const int64_t number = number_in(partition, "partition", -1);
  bool unknown = true;
  if (number < 0 || partition["unknown"].get(unknown) != simdjson::SUCCESS || unknown) return;
  stats.topic_exists[topic] = true;
  const int64_t committed = number_in(partition, "committed_offset", -1);
  const int64_t oldest = number_in(partition, "lo_offset", -1);
  const int64_t end = number_in(partition, "hi_offset", -1);
  const int64_t begin = committed >= 0 ? committed : oldest;
  stats.ends[{topic, static_cast<int32_t>(number)}] = {std::max<int64_t>(begin, -1),
                                                       std::max<int64_t>(end, -1)};
}

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
    return Error{ErrorCode::kParsing, "the Kafka client's statistics cannot be read"};
  }
  Stats stats;
  for (const auto field : brokers) read_broker(field.value, stats);
  for (const auto field : topics) read_topic(field.key, field.value, stats);
  return stats;
}

}  // namespace hermod::kafka
