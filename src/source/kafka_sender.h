#pragma once
// Produces records from inside the loop and reports each result once. For the test notifications of
// the console and an embedder's publish(). The client is created with the first record.
// (KafkaProducer blocks and is for programs without a loop; DeadLetterWriter retries without a
// limit.)

#include <cstdint>
#include <functional>
#include <list>
#include <string>

#include "base/closed.h"
#include "kafka/kafka_client.h"
#include "kafka/kafka_config.h"
#include "kafka/kafka_producer.h"
#include "uv/immediate.h"

namespace hermod {

struct KafkaSenderOptions {
  std::string brokers;
  std::string client_id;
  KafkaProperties properties;
  size_t open_max = 10'000;  // records sent and not acknowledged; send() rejects further ones
  uint32_t acknowledge_timeout_ms = 10'000;
};

class KafkaSender final : private kafka::ClientListener {
 public:
  using Done = std::function<void(const Result<KafkaPosition>&)>;

  KafkaSender(uv_loop_t* loop, Log& log, KafkaSenderOptions options);
  ~KafkaSender();  // close() must have completed
  KafkaSender(const KafkaSender&) = delete;
  KafkaSender& operator=(const KafkaSender&) = delete;

  // Produces one record. `done` is called once, in a later loop iteration: with the record's
  // position, with kKafkaPublish, or with kServiceUnavailable if close() came first. If send()
  // itself returns an error (kConfiguration, kRateLimit, kKafkaPublish, kServiceUnavailable),
  // `done` is not called.
  Result<void> send(const KafkaText& text, Done done);

  // Drops the records that are not acknowledged and reports them as failed. Idempotent. `closed` is
  // called once, in a later loop iteration.
  void close(Closed closed);

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

  KafkaSenderOptions options_;
  kafka::Client client_;
  std::list<Entry> open_;
  std::string last_error_;  // of the client; more precise than a timeout
  bool closing_ = false;
  Closed closed_;
  uv::Immediate immediate_;
};

}  // namespace hermod
