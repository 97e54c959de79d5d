#pragma once
// The Kafka implementation of RecordProducer. It reports each result once and does not retry. The
// client is created with the first record. Owned by RecordBackend (server/backends.h).

#include <list>
#include <string>
#include <vector>

#include "kafka/producer_client.h"
#include "source/record_producer.h"

namespace hermod {

struct KafkaRecordProducerOptions {
  kafka::ProducerOptions client;
  std::vector<std::string> topics;
  size_t open_max = 10'000;  // records sent and not acknowledged; send() rejects further ones
};

class KafkaRecordProducer final : public RecordProducer, private kafka::ProducerListener {
 public:
  KafkaRecordProducer(uv_loop_t* loop, Log& log, KafkaRecordProducerOptions options);
  ~KafkaRecordProducer() override;

  // Also returns kConfiguration, kRateLimit and kKafkaPublish.
  Result<void> send(uint32_t topic, std::string key, std::string value, Done done) override;
  void close(Closed closed) override;

 private:
  struct Entry {
    Done done;
    std::list<Entry>::iterator self;
  };

  void on_delivery(void* tag, const kafka::ProduceResult& result,
                   const RecordPosition& position) override;

  std::vector<std::string> topics_;
  size_t open_max_;
  kafka::ProducerClient client_;
  std::list<Entry> open_;
  bool closing_ = false;
};

}  // namespace hermod
