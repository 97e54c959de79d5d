#pragma once
// The RecordProducer of a process without Kafka (KAFKA_CONSUME=false and no brokers): it refuses
// every record.

#include "source/record_producer.h"
#include "uv/immediate.h"

namespace hermod {

class AbsentRecordProducer final : public RecordProducer {
 public:
  explicit AbsentRecordProducer(uv_loop_t* loop);

  // Always returns kServiceUnavailable.
  Result<void> send(uint32_t topic, std::string key, std::string value, Done done) override;
  void close(Closed closed) override;

 private:
  uv::Immediate immediate_;
  Closed closed_;
};

}  // namespace hermod
