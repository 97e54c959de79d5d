#pragma once
// Produces records without a loop and waits for their acknowledgements. For `hermod publish`,
// `hermod dead-letters --replay` and tests. Keys are assigned to the same partitions as by Java
// clients. The client's own loop runs only while the client is closed.

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

struct KafkaProducerOptions {
  std::string brokers;
  std::string client_id = "hermod-publish";
  KafkaProperties properties;
  uint32_t acknowledge_timeout_ms = 10'000;
};

struct KafkaText {
  std::string topic;
  std::optional<std::string> key;
  std::optional<std::string> value;  // empty optional: a tombstone
  KafkaHeaders headers;
};

class KafkaProducer final : private kafka::ProducerListener {
 public:
  // Called from send() and finish() for each acknowledgement, in any order. `number` identifies the
  // record by the order of send(), from 0.
  using Acknowledged = std::function<void(uint64_t number, const Result<RecordPosition>&)>;

  // Error: kConfiguration. Does not connect to the broker.
  static Result<std::unique_ptr<KafkaProducer>> open(const KafkaProducerOptions& options);
  ~KafkaProducer();  // drops the records that are not acknowledged

  // Produces one record and waits for its acknowledgement. Error: kKafkaPublish with the reason.
  Result<RecordPosition> produce(const KafkaText& text);

  // To produce many records, call send() for each, and then finish(). Both pass acknowledgements to
  // on_acknowledged. send() blocks while librdkafka's queue is full.
  void on_acknowledged(Acknowledged acknowledged) { acknowledged_ = std::move(acknowledged); }
  void send(const KafkaText& text);
  void finish();

 private:
  class NoLog;

  explicit KafkaProducer(const KafkaProducerOptions& options);
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
