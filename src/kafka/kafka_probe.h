#pragma once
// Sends one metadata request: do the brokers answer, and which topics exist? For `hermod check` and
// `hermod dead-letters`. Blocks, and runs outside the loop.

#include <cstdint>
#include <string>
#include <vector>

#include "hermod/result.h"
#include "kafka/kafka_config.h"

namespace hermod {

struct KafkaProbeOptions {
  std::string brokers;
  std::string client_id = "hermod-check";
  KafkaProperties properties;
  uint32_t timeout_ms = 5000;
};

struct KafkaProbeAnswer {
  uint32_t brokers = 0;  // in the cluster
  struct Topic {
    std::string name;
    int32_t partitions = 0;  // 0: the topic does not exist
    std::string error;       // why the topic cannot be described; empty if it can
    bool forbidden = false;  // because the ACL does not permit it
  };
  std::vector<Topic> topics;  // in the order of the request

  std::string description() const;  // one line of text
};

// Does not create topics. Errors: kConfiguration, or kConnection with the last error of the client.
Result<KafkaProbeAnswer> kafka_probe(const KafkaProbeOptions& options,
                                     const std::vector<std::string>& topics);

}  // namespace hermod
