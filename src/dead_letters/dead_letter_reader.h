#pragma once
// Reads the dead-letter topic from its beginning to its end at the time of the call. For `hermod
// dead-letters`. Blocks, runs outside the loop, joins no consumer group and commits nothing.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "dead_letters/dead_letter.h"
#include "hermod/result.h"
#include "kafka/kafka_config.h"

namespace hermod {

struct DeadLetterReaderOptions {
  std::string brokers;
  std::string client_id = "hermod-dead-letters";
  KafkaProperties properties;
  std::string topic;
  uint32_t timeout_ms = 10'000;  // for each response of the broker
};

// A dead letter as read from the topic. Fields whose header is missing are empty.
struct ReadDeadLetter {
  int32_t partition = 0;  // its position in the dead-letter topic
  int64_t offset = 0;
  std::string reason;
  std::string error_code;
  std::string topic;  // topic of the original record
  std::optional<int32_t> record_partition;
  std::optional<int64_t> record_offset;
  std::string time;
  uint32_t replays = 0;
  std::optional<int64_t> original_bytes;  // set if the value was truncated: its original size
  std::optional<std::string> key;
  std::optional<std::string> value;
  KafkaHeaders headers;  // of the record, without the hermod-* headers
};

// Returns how many dead letters were read; reading stops early when `on_letter` returns false.
// Partitions come in the broker's order, each partition in offset order. Errors: kConfiguration,
// kConnection, kNotFound (the topic does not exist).
Result<uint64_t> read_dead_letters(const DeadLetterReaderOptions& options,
                                   const std::function<bool(const ReadDeadLetter&)>& on_letter);

}  // namespace hermod
