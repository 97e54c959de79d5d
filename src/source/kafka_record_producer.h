#pragma once
// The Kafka implementation of RecordProducer. It reports each result once and does not retry. The
// client is created with the first record. (KafkaProducer blocks and is for programs without a
// loop; DeadLetterWriter retries without a limit.)

#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "kafka/kafka_client.h"
#include "kafka/kafka_config.h"
#include "source/record_producer.h"
#include "uv/immediate.h"

namespace hermod {

struct KafkaRecordProducerOptions {
  std::string brokers;
  std::string client_id;
  std::vector<std::string> topics;
  KafkaProperties properties;
  size_t open_max = 10'000;  // records sent and not acknowledged; send() rejects further ones
  uint32_t acknowledge_timeout_ms = 10'000;
};

class KafkaRecordProducer final : public RecordProducer, private kafka::ClientListener {
 public:
  KafkaRecordProducer(uv_loop_t* loop, Log& log, KafkaRecordProducerOptions options);
  ~KafkaRecordProducer() override;
  KafkaRecordProducer(const KafkaRecordProducer&) = delete;
  KafkaRecordProducer& operator=(const KafkaRecordProducer&) = delete;

  // Also returns kConfiguration, kRateLimit and kKafkaPublish.
  Result<void> send(uint32_t topic, std::string key, std::string value, Done done) override;
  void close(Closed closed) override;

 private:
  struct Entry {
    Done done;
    std::list<Entry>::iterator self;
  };

  void on_client_error(int code, std::string_view text) override;
  void on_client_events() override;
  void on_delivery(const rd_kafka_message_s& message) override;

  Result<void> ensure_open();
  void finish_close();

  KafkaRecordProducerOptions options_;
  kafka::Client client_;
  std::list<Entry> open_;
  std::string last_error_;  // of the client; more precise than a timeout
  bool closing_ = false;
  Closed closed_;
  uv::Immediate immediate_;
};

}  // namespace hermod
