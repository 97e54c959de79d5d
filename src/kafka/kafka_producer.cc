#include "kafka/kafka_producer.h"

#include <utility>

#include "kafka/kafka_owned.h"

namespace hermod {
namespace {

constexpr int kPollMs = 100;
constexpr int kLookUpMs = 1000;

}  // namespace

struct KafkaProducer::Trampolines {
  static KafkaProducer& self(void* opaque) { return *static_cast<KafkaProducer*>(opaque); }

  static void error_cb(rd_kafka_t*, int code, const char* reason, void* opaque) noexcept {
    if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) self(opaque).last_error_ = reason;
  }
  static void delivery_cb(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) noexcept {
    const auto number = reinterpret_cast<uintptr_t>(message->_private);
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return self(opaque).on_delivery(number, self(opaque).describe(message->err));
    }
    self(opaque).on_delivery(number, RecordPosition{rd_kafka_topic_name(message->rkt),
                                                    message->partition, message->offset});
  }
};

Result<std::unique_ptr<KafkaProducer>> KafkaProducer::open(const KafkaProducerOptions& options) {
  auto made = kafka::make_conf(kafka::producer_properties(), options.properties,
                               kafka::owned_producer_properties(options.brokers, options.client_id,
                                                                options.acknowledge_timeout_ms));
  if (!made) return made.error();
  kafka::Conf conf(made.value());
  std::unique_ptr<KafkaProducer> producer(new KafkaProducer());
  rd_kafka_conf_set_opaque(conf.get(), producer.get());
  kafka::silence(conf.get());
  rd_kafka_conf_set_error_cb(conf.get(), Trampolines::error_cb);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), Trampolines::delivery_cb);
  char why[512] = "";
  producer->handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), why, sizeof why);
  if (producer->handle_ == nullptr) {
    return Error{ErrorCode::kConfiguration, std::string("Kafka: ") + why};
  }
  static_cast<void>(conf.release());
  return producer;
}

KafkaProducer::~KafkaProducer() {
  if (handle_ == nullptr) return;
  rd_kafka_purge(handle_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_destroy(handle_);
}

Error KafkaProducer::describe(int code) const {
  std::string why = rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(code));
  if (code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT && !last_error_.empty()) why = last_error_;
  return {ErrorCode::kKafkaPublish, "not acknowledged by Kafka: " + why};
}

int KafkaProducer::enqueue(const KafkaText& text, uint64_t number) {
  kafka::Headers headers(kafka::make_headers(text.headers));
  const auto data = [](const std::optional<std::string>& bytes) {
    return bytes ? const_cast<char*>(bytes->data()) : nullptr;
  };
  const auto size = [](const std::optional<std::string>& bytes) {
    return bytes ? bytes->size() : 0;
  };
  const rd_kafka_resp_err_t code = rd_kafka_producev(
      handle_, RD_KAFKA_V_TOPIC(text.topic.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
      RD_KAFKA_V_VALUE(data(text.value), size(text.value)),
      RD_KAFKA_V_KEY(data(text.key), size(text.key)), RD_KAFKA_V_HEADERS(headers.get()),
      RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(static_cast<uintptr_t>(number))), RD_KAFKA_V_END);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(headers.release());
  return code;
}

// Requests the metadata of a new topic before its first record. Otherwise the record may wait for
// librdkafka's next metadata refresh, which takes up to a second. Errors are ignored here, because
// the acknowledgement of the record reports them.
void KafkaProducer::look_up(const std::string& topic) {
  if (!known_topics_.insert(topic).second) return;
  const kafka::Topic handle(rd_kafka_topic_new(handle_, topic.c_str(), nullptr));
  if (!handle) return;
  const rd_kafka_metadata_t* found = nullptr;
  rd_kafka_metadata(handle_, 0, handle.get(), &found, kLookUpMs);
  if (found != nullptr) rd_kafka_metadata_destroy(found);
}

void KafkaProducer::send(const KafkaText& text) {
  look_up(text.topic);
  const uint64_t number = sent_++;
  int code = enqueue(text, number);
  while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
    rd_kafka_poll(handle_, kPollMs);
    code = enqueue(text, number);
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) on_delivery(number, describe(code));
  rd_kafka_poll(handle_, 0);
}

void KafkaProducer::on_delivery(uint64_t number, const Result<RecordPosition>& result) {
  ++answered_;
  if (acknowledged_) acknowledged_(number, result);
}

void KafkaProducer::finish() {
  // Terminates, because librdkafka reports each record within message.timeout.ms.
  while (answered_ < sent_) rd_kafka_poll(handle_, kPollMs);
}

Result<RecordPosition> KafkaProducer::produce(const KafkaText& text) {
  Result<RecordPosition> result = Error{ErrorCode::kKafkaPublish, "not acknowledged by Kafka"};
  const uint64_t wanted = sent_;
  Acknowledged outer = std::exchange(
      acknowledged_, [&result, wanted](uint64_t number, const Result<RecordPosition>& answer) {
        if (number == wanted) result = answer;
      });
  send(text);
  finish();
  acknowledged_ = std::move(outer);
  return result;
}

}  // namespace hermod
