#pragma once
// A librdkafka producer on the loop: its configuration, its delivery reports and its end. Three
// classes build on it: KafkaRecordProducer, DeadLetterSender and BlockingProducer. Each owns an
// instance, because recall() concerns all records of a client, and because only the dead letters
// need their order at the cost of one request at a time.

#include <cstdint>
#include <optional>
#include <string>

#include "base/closed.h"
#include "hermod/record_position.h"
#include "kafka/kafka_client.h"
#include "kafka/kafka_config.h"
#include "kafka/kafka_headers.h"
#include "uv/immediate.h"

namespace hermod::kafka {

struct ProducerOptions {
  std::string brokers;
  std::string client_id;
  KafkaProperties properties;  // set by the operator
  uint32_t acknowledge_timeout_ms = 10'000;
  KafkaProperties suggested = {};  // of this producer, in addition to those of every producer
  KafkaProperties owned = {};      // the same; the operator cannot override them
};

// Error: kConfiguration. The caller owns the result.
Result<rd_kafka_conf_s*> make_producer_conf(const ProducerOptions& options);

// A record to produce, by reference. An absent value is a tombstone.
struct OutgoingRecord {
  const std::string& topic;
  const std::optional<std::string>& key;
  const std::optional<std::string>& value;
  const KafkaHeaders& headers;
};

struct ProduceResult {
  enum class Status { kOk, kQueueFull, kTooLarge, kRecalled, kFailed };

  Status status = Status::kOk;
  std::string error = {};  // in librdkafka's words; empty if kOk
};

class ProducerListener {
 public:
  // The result of the record that was produced with `tag`. `position` is set if the result is kOk.
  virtual void on_delivery(void* tag, const ProduceResult& result,
                           const RecordPosition& position) = 0;

 protected:
  ~ProducerListener() = default;
};

class ProducerClient final : private ClientListener {
 public:
  ProducerClient(uv_loop_t* loop, Log& log, ProducerOptions options, ProducerListener& listener);
  ~ProducerClient();  // close() must have completed, unless the client was never opened

  // Returns the error that open() would return for the configuration.
  Result<void> check() const;

  // Creates the client, unless it exists. Does not connect. Error: kConfiguration.
  Result<void> open();
  bool opened() const { return client_.opened(); }

  // Queues a record; precondition: opened(). If the result is kOk, the listener gets the result of
  // the delivery within the acknowledgement timeout, never inside this call. A borrowed value must
  // stay in place until then, or until `closed`.
  enum class Payload { kCopied, kBorrowed };
  ProduceResult produce(const OutgoingRecord& record, Payload payload, void* tag);

  // Removes the records from the queue that were not sent yet. Their result is kRecalled.
  void recall();

  // For a program that does not run the loop: waits for results and reports them.
  void serve(int wait_ms);

  // For such a program: requests the metadata of a topic, and waits. Otherwise the first record of
  // a new topic may wait for the next metadata refresh, which takes up to a second. Errors are
  // ignored, because the result of the record reports them.
  void look_up(const std::string& topic, int wait_ms);

  // Drops the records without a result. Call once, and not inside on_delivery(). The listener is
  // not called any more. `closed` is called in a later loop iteration.
  void close(Closed closed);

 private:
  void on_client_error(int code, std::string_view text) override;
  void on_client_events() override { serve(0); }
  void on_delivery(const rd_kafka_message_s& message) override;

  ProduceResult describe(int code) const;

  ProducerOptions options_;
  ProducerListener& listener_;
  Client client_;
  std::string last_error_;  // since the last acknowledgement; more precise than a timeout
  bool closing_ = false;
  Closed closed_;
  uv::Immediate immediate_;  // completes close() if there is no client
};

}  // namespace hermod::kafka
