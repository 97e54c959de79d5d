#pragma once
// Reads the dead-letter topic from its beginning to where it ends at the time of asking, from
// outside the loop, without a group and without leaving a trace at the broker. For `hermod
// dead-letters`.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "hermod/result.h"
#include "source/dead_letter.h"
#include "source/kafka_config.h"

namespace hermod {

struct DeadLetterReaderOptions {
  std::string brokers;
  std::string client_id = "hermod-dead-letters";
  KafkaProperties properties;
  std::string topic;
  uint32_t timeout_ms = 10'000;  // for each answer of the broker
};

// A letter as it stands in the topic. What its headers do not say is empty.
struct ReadDeadLetter {
  int32_t partition = 0;  // its own place among the dead letters
  int64_t offset = 0;
  std::string reason;
  std::string error_code;
  std::string topic;  // where the record was
  std::optional<int32_t> record_partition;
  std::optional<int64_t> record_offset;
  std::string time;
  uint32_t replays = 0;
  std::optional<int64_t> original_bytes;  // set: the value was cut, and had so many
  std::optional<std::string> key;
  std::optional<std::string> value;
  KafkaHeaders headers;  // the record's own, without those of hermod
};

// Answers how many letters were read; `on_letter` returning false ends it early. Partitions come as
// the broker gives them, each in order. Errors: kConfiguration, kConnection, kNotFound (no such
// topic).
Result<uint64_t> read_dead_letters(const DeadLetterReaderOptions& options,
                                   const std::function<bool(const ReadDeadLetter&)>& on_letter);

}  // namespace hermod
