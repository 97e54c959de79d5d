#pragma once
// What a DeadLetterWriter is given, and what it tells its owner.

#include <cstddef>
#include <cstdint>
#include <string>

#include "source/kafka_config.h"
#include "source/record.h"

namespace hermod {

struct DeadLetterOptions {
  std::string brokers;
  std::string client_id;
  KafkaProperties properties;
  std::string topic;
  size_t letters_max = 1000;            // kept unacknowledged while the topic cannot be written
  size_t bytes_max = 16 * 1024 * 1024;  // the same, in bytes
  size_t cut_bytes = 64 * 1024;  // what is left of a value that the broker refuses for its size
  uint32_t acknowledge_timeout_ms =
      5000;                      // without an answer for so long the topic cannot be written
  uint32_t full_wait_ms = 2000;  // the same at a limit, where good records wait for the answer
  // For how long letters are kept while the topic cannot be written, since the first failure; and
  // after that time, for how long each new one.
  uint64_t hold_ms = 900'000;
  uint64_t later_hold_ms = 10'000;
};

class DeadLetterListener {
 public:
  // Written, or logged, or given up: the broker accepts it at no size.
  virtual void on_letter_settled(const Position& position) = 0;
  virtual void on_letter_room() = 0;      // it was full, and records may be read again
  virtual void on_letters_failing() = 0;  // they cannot be written from now on: takes() changed

 protected:
  ~DeadLetterListener() = default;
};

}  // namespace hermod
