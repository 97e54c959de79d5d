#pragma once
// What a KafkaSource is told.

#include <cstdint>
#include <string>
#include <vector>

#include "source/kafka_config.h"

namespace hermod {

struct KafkaSourceOptions {
  // kGroup: a member of `group`, offsets committed there. kAll: every partition from offset 0, no
  // group and no commits; for the in-process broker, which holds nothing from before, and where the
  // first record must not wait for a group to form.
  enum class Reading { kGroup, kAll };

  std::string brokers;
  std::vector<std::string> topics;
  std::string group;
  std::string client_id;
  KafkaProperties properties;     // the operator's
  std::string dead_letter_topic;  // empty: dead letters are counted and dropped
  Reading reading = Reading::kGroup;
  int32_t partitions = 1;            // kAll: of each topic
  uint32_t fetch_wait_max_ms = 100;  // a broker with nothing new answers after so long
  // How often librdkafka tells how it stands: for a broker that falls silent, topics that are
  // missing, and the lag. 0: never, for a broker that cannot be away; nobody is woken for it.
  uint32_t statistics_ms = 1000;
  uint32_t records_per_iteration_max = 256;
  uint32_t leave_timeout_ms = 3000;  // closing: how long the group's coordinator may take
  size_t dead_letters_max = 1000;  // kept unacknowledged, beyond them records are read again later
  // For how long an offset is held for dead letters that cannot be written; then they are logged.
  uint64_t dead_letter_hold_ms = 900'000;
};

}  // namespace hermod
