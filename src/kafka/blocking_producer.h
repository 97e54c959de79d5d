#pragma once
// Produces records and blocks until Kafka acknowledges them, for programs without a running loop:
// `hermod publish`, `hermod dead-letters --replay` and tests. Keys are assigned to the same
// partitions as by Java clients. ProducerClient needs a loop to close; this one runs only for that,
// in the destructor.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "hermod/record_position.h"
#include "hermod/result.h"
#include "kafka/kafka_config.h"
#include "kafka/kafka_headers.h"
#include "kafka/producer_client.h"
#include "uv/loop.h"

namespace hermod {

struct BlockingProducerOptions {
  std::string brokers;
  std::string client_id = "hermod-publish";
  KafkaProperties properties;
  uint32_t acknowledge_timeout_ms = 10'000;
};

// A record to produce.
struct ProducerRecord {
  std::string topic;
  std::optional<std::string> key;
  std::optional<std::string> value;  // empty optional: a tombstone
  KafkaHeaders headers;
};

class BlockingProducer final : private kafka::ProducerListener {
 public:
  // Called from send() and finish() for each acknowledgement, in any order. `number` identifies the
  // record by the order of send(), from 0.
  using Acknowledged = std::function<void(uint64_t number, const Result<RecordPosition>&)>;

  // Error: kConfiguration. Does not connect to the broker.
  static Result<std::unique_ptr<BlockingProducer>> open(const BlockingProducerOptions& options);
  ~BlockingProducer();  // drops the records that are not acknowledged

  // Produces one record and waits for its acknowledgement. Error: kKafkaPublish with the reason.
  Result<RecordPosition> produce(const ProducerRecord& record);

  // To produce many records, call send() for each, and then finish(). Both pass acknowledgements to
  // on_acknowledged. send() blocks while librdkafka's queue is full.
  void on_acknowledged(Acknowledged acknowledged) { acknowledged_ = std::move(acknowledged); }
  void send(const ProducerRecord& record);
  void finish();

 private:
  class NoLog;

  explicit BlockingProducer(const BlockingProducerOptions& options);
  void on_delivery(void* tag, const kafka::ProduceResult& result,
                   const RecordPosition& position) override;
  void answer(uint64_t number, const Result<RecordPosition>& result);

  std::unique_ptr<Log> log_;
  uv::OwnLoop loop_;
  kafka::ProducerClient client_;
  Acknowledged acknowledged_;
  std::set<std::string> known_topics_;
  uint64_t sent_ = 0;
  uint64_t answered_ = 0;
};

}  // namespace hermod
