#pragma once
// Produces on the loop, without waiting: an embedder's publish(). What KafkaProducer does for the
// verbs outside of any loop.

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

#include "source/kafka_client.h"
#include "source/kafka_producer.h"
#include "uv/soon.h"

namespace hermod {

class KafkaPublisher final : private kafka::ClientListener {
 public:
  using Done = std::function<void(const Result<KafkaPlace>&)>;

  KafkaPublisher(uv_loop_t* loop, Log& log, KafkaProducerOptions options);
  ~KafkaPublisher();  // closed before destroyed, or never published with
  KafkaPublisher(const KafkaPublisher&) = delete;
  KafkaPublisher& operator=(const KafkaPublisher&) = delete;

  // `done` comes with the broker's answer, never inside the call; error kKafkaPublish, with why, or
  // kConfiguration where librdkafka refuses a property.
  void publish(const KafkaText& text, Done done);

  // What is not acknowledged is given up and answered so. Once; `closed` comes on a later turn.
  void close(Closed closed);

 private:
  void on_client_error(int code, std::string_view text) override;
  void on_client_events() override;
  void on_delivery(const rd_kafka_message_s& message) override;

  Result<void> ensure_open();
  Result<void> send(const KafkaText& text, uint64_t number);
  void answer(uint64_t number, const Result<KafkaPlace>& result);

  KafkaProducerOptions options_;
  kafka::Client client_;
  uv::Soon soon_;
  std::unordered_map<uint64_t, Done> waiting_;
  std::unordered_map<uint64_t, Error> refused_;  // to be answered on a turn of its own
  std::string last_error_;
  uint64_t sent_ = 0;
  Closed closed_;
};

}  // namespace hermod
