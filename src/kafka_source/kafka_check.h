#pragma once
// The Kafka part of `hermod check`. Tests everything that the service needs, without joining the
// group and without writing anything: it describes the topics and those to which it writes, fetches
// from the end of each partition, and asks the group's coordinator for the committed offsets.
// Blocks.

#include <cstdint>
#include <string>
#include <vector>

#include "hermod/result.h"
#include "kafka/kafka_config.h"

namespace hermod {

struct KafkaCheckOptions {
  std::string brokers;
  std::string client_id = "hermod-check";
  KafkaProperties properties;
  std::string group;
  std::vector<std::string> topics;
  std::string dead_letter_topic;  // empty: not used
  std::string presence_topic;     // empty: not used
  uint32_t timeout_ms = 5000;     // for each step
};

struct KafkaCheck {
  std::string description;          // one line of text; empty if no broker answered
  std::vector<std::string> errors;  // each names the permission, topic or group
  std::vector<std::string> warnings;
};

// Error: kConfiguration if librdkafka rejects a property.
Result<KafkaCheck> check_kafka(const KafkaCheckOptions& options);

}  // namespace hermod
