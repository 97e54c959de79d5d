#pragma once
// Asks brokers once, from outside the loop: are they there, and which of these topics exist? For
// `hermod check` and `hermod dead-letters`.

#include <cstdint>
#include <string>
#include <vector>

#include "hermod/result.h"
#include "source/kafka_config.h"

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
    int32_t partitions = 0;  // 0: does not exist
    std::string error;       // why it cannot be told, empty when it can
    bool forbidden = false;  // that is for want of a right
  };
  std::vector<Topic> topics;  // as asked for

  std::string description() const;  // one line for a person
};

// Creates no topic. Error: kConfiguration, or kConnection with what the client said last.
Result<KafkaProbeAnswer> kafka_probe(const KafkaProbeOptions& options,
                                     const std::vector<std::string>& topics);

}  // namespace hermod
