#pragma once
// The options, the status and the listener of DeadLetterWriter.

#include <cstddef>
#include <cstdint>
#include <string>

#include "kafka/producer_client.h"
#include "source/record.h"

namespace hermod {

struct DeadLetterOptions {
  std::string brokers;
  std::string client_id;
  KafkaProperties properties;
  std::string topic;
  size_t dead_letters_max = 1000;       // unacknowledged dead letters kept in memory
  size_t bytes_max = 16 * 1024 * 1024;  // the same limit in bytes
  size_t truncated_bytes = 64 * 1024;  // size to which a value that the broker rejects is truncated
  uint32_t acknowledge_timeout_ms = 5000;  // a later acknowledgement counts as a failure
  uint32_t full_wait_ms = 2000;            // the same while full(), when records wait for space
  // How long dead letters are kept while the topic cannot be written, from the first failure; and
  // after that time, how long each new one is kept.
  uint64_t hold_ms = 900'000;
  uint64_t later_hold_ms = 10'000;
};

// The producer that these options describe.
kafka::ProducerOptions dead_letter_producer_options(const DeadLetterOptions& options);

struct DeadLetterStatus {
  size_t open = 0;  // written and not settled
  uint64_t written = 0;
  uint64_t failures = 0;
  std::string error;  // empty while dead letters can be written
};

class DeadLetterListener {
 public:
  // The dead letter of the record was written, logged, or dropped because the broker accepts it at
  // no size.
  virtual void on_dead_letter_settled(const Position& position) = 0;
  virtual void on_dead_letter_space() = 0;     // no longer full: deferred records may be read again
  virtual void on_dead_letters_failing() = 0;  // writing began to fail; accepts() may have changed

 protected:
  ~DeadLetterListener() = default;
};

}  // namespace hermod
