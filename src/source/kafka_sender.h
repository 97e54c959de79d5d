#pragma once
// Sends records from inside the loop, each answered once: the console's test notifications, an
// embedder's publish(). The client begins with the first one. (KafkaProducer waits, and is for
// programs without a loop; DeadLetterWriter never gives up.)

#include <cstdint>
#include <functional>
#include <list>
#include <string>

#include "base/closed.h"
#include "source/kafka_client.h"
#include "source/kafka_config.h"
#include "source/kafka_producer.h"
#include "uv/immediate.h"

namespace hermod {

struct KafkaSenderOptions {
  std::string brokers;
  std::string client_id;
  KafkaProperties properties;
  size_t open_max = 10'000;  // sent and not acknowledged
  uint32_t acknowledge_timeout_ms = 10'000;
};

class KafkaSender final : private kafka::ClientListener {
 public:
  using Done = std::function<void(const Result<KafkaPosition>&)>;

  KafkaSender(uv_loop_t* loop, Log& log, KafkaSenderOptions options);
  ~KafkaSender();  // closed before destroyed
  KafkaSender(const KafkaSender&) = delete;
  KafkaSender& operator=(const KafkaSender&) = delete;

  // `done` comes once, on a later turn: with the place, kKafkaPublish, or kServiceUnavailable where
  // close() came first. Errors: kConfiguration, kRateLimit, kKafkaPublish, kServiceUnavailable;
  // `done` never comes then.
  Result<void> send(const KafkaText& text, Done done);

  // What is not acknowledged is given up and answered so. Idempotent; `closed` comes once, on a
  // later turn.
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
  std::string last_error_;  // the client's, which says more than a time-out
  bool closing_ = false;
  Closed closed_;
  uv::Immediate immediate_;
};

}  // namespace hermod
