#pragma once
// `hermod check` for Kafka: asks for all that the service needs, without joining the group and
// without writing anything. The topics are described and a fetch is made from each partition's end,
// the group's coordinator is asked for its offsets, the dead-letter topic is described. Blocks.

#include <cstdint>
#include <string>
#include <vector>

#include "hermod/result.h"
#include "source/kafka_config.h"

namespace hermod {

struct KafkaCheckOptions {
  std::string brokers;
  std::string client_id = "hermod-check";
  KafkaProperties properties;
  std::string group;
  std::vector<std::string> topics;
  std::string dead_letter_topic;  // empty: none is wanted
  uint32_t timeout_ms = 5000;     // of each step
};

struct KafkaCheck {
  std::string description;          // one line for a person; empty: no broker answered
  std::vector<std::string> errors;  // each with the right, the topic or the group it is about
  std::vector<std::string> warnings;
};

// Error: kConfiguration, a property that librdkafka refuses.
Result<KafkaCheck> check_kafka(const KafkaCheckOptions& options);

}  // namespace hermod
