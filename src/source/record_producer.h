#pragma once
// Port: publishes records to the topics that a Source reads. For the test notifications of the
// console and for Harness::publish(). Implementations: KafkaRecordProducer and
// MemoryRecordProducer. Both pass tests/contract/record_producer_contract.cc.

#include <cstdint>
#include <functional>
#include <string>

#include "base/closed.h"
#include "hermod/record_position.h"
#include "hermod/result.h"

namespace hermod {

class RecordProducer {
 public:
  using Done = std::function<void(const Result<RecordPosition>&)>;

  virtual ~RecordProducer() = default;  // close() must have completed, unless send() was not called

  // Publishes one record. `topic` is an index into the topics of the source. `done` is called once,
  // in a later loop iteration: with the position of the record, with the reason of the broker, or
  // with kServiceUnavailable if close() came first. If send() itself returns an error, `done` is
  // not called: kNotFound for an unknown topic index, kServiceUnavailable after close(), and the
  // errors of the implementation.
  virtual Result<void> send(uint32_t topic, std::string key, std::string value, Done done) = 0;

  // Answers all records. Those that are not acknowledged fail. Call once. `closed` is called in a
  // later loop iteration, after the last answer.
  virtual void close(Closed closed) = 0;
};

}  // namespace hermod
