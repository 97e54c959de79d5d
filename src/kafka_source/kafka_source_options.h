#pragma once
// The options of KafkaSource.

#include <cstdint>
#include <string>
#include <vector>

#include "kafka/kafka_config.h"

namespace hermod {

struct KafkaSourceOptions {
  // kGroup: consume as a member of `group`, and commit offsets there. kAll: read every partition
  // from offset 0, without a group and without commits. kAll is for the embedded broker, which has
  // no older records, and lets the first record pass without waiting for a group to form.
  enum class Reading { kGroup, kAll };

  std::string brokers;
  std::vector<std::string> topics;
  std::string group;
  std::string client_id;
  std::string group_instance_id;  // static membership; empty: dynamic
  KafkaProperties properties;     // set by the operator
  std::string dead_letter_topic;  // empty: dead letters are counted and dropped
  Reading reading = Reading::kGroup;
  int32_t partitions = 1;            // kAll: of each topic
  uint32_t fetch_wait_max_ms = 100;  // longest wait of a fetch that finds no records
  // Interval of librdkafka's statistics, which detect a silent broker and missing topics, and
  // measure the lag. 0: disabled, for an embedded broker, which cannot fail, so that an idle
  // process has no wake-ups.
  uint32_t statistics_ms = 1000;
  uint32_t records_per_iteration_max = 256;
  uint32_t leave_timeout_ms = 3000;  // closing: longest wait for the group's coordinator
  size_t dead_letters_max = 1000;    // unacknowledged; further ones are read again later
  // How long an offset is held for dead letters that cannot be written. After that they are logged,
  // and the offset advances.
  uint64_t dead_letter_hold_ms = 900'000;
};

}  // namespace hermod
