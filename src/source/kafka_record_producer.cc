#include "source/kafka_record_producer.h"

#include <cassert>
#include <utility>

#include "kafka/kafka_owned.h"
#include "source/kafka_service_clients.h"

namespace hermod {
namespace {

Error refused(std::string_view why) {
  return {ErrorCode::kKafkaPublish, "not acknowledged by Kafka: " + std::string(why)};
}

Error closed_error() {
  return {ErrorCode::kServiceUnavailable, "closed before Kafka acknowledged the record"};
}

}  // namespace

KafkaRecordProducer::KafkaRecordProducer(uv_loop_t* loop, Log& log,
                                         KafkaRecordProducerOptions options)
    : options_(std::move(options)),
      client_(loop, log, *this),
      immediate_(loop, [this] { finish_close(); }) {}

KafkaRecordProducer::~KafkaRecordProducer() = default;

Result<void> KafkaRecordProducer::ensure_open() {
  if (client_.opened()) return {};
  auto conf = kafka::make_record_producer_conf(options_);
  if (!conf) return conf.error();
  return client_.open(kafka::Client::Role::kProducer, conf.value());
}

Result<void> KafkaRecordProducer::send(uint32_t topic, std::string key, std::string value,
                                       Done done) {
  if (closing_) return closed_error();
  if (topic >= options_.topics.size()) return Error{ErrorCode::kNotFound, "unknown topic index"};
  if (open_.size() >= options_.open_max) {
    return Error{ErrorCode::kRateLimit, "too many records wait for an acknowledgement from Kafka"};
  }
  if (auto ready = ensure_open(); !ready) return ready;
  open_.push_back({std::move(done), {}});
  Entry& entry = open_.back();
  entry.self = std::prev(open_.end());
  const rd_kafka_resp_err_t code = rd_kafka_producev(
      client_.handle(), RD_KAFKA_V_TOPIC(options_.topics[topic].c_str()),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(value.data(), value.size()),
      RD_KAFKA_V_KEY(key.data(), key.size()), RD_KAFKA_V_OPAQUE(&entry), RD_KAFKA_V_END);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    open_.pop_back();
    return refused(rd_kafka_err2str(code));
  }
  return {};
}

void KafkaRecordProducer::on_delivery(const rd_kafka_message_t& message) {
  if (closing_) return;
  auto& entry = *static_cast<Entry*>(message._private);
  const Done done = std::move(entry.done);
  open_.erase(entry.self);
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    last_error_.clear();
    return done(
        RecordPosition{rd_kafka_topic_name(message.rkt), message.partition, message.offset});
  }
  const bool timed_out = message.err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT;
  done(refused(timed_out && !last_error_.empty() ? last_error_ : rd_kafka_err2str(message.err)));
}

void KafkaRecordProducer::on_client_error(int code, std::string_view text) {
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) last_error_ = text;
}

void KafkaRecordProducer::on_client_events() {
  rd_kafka_poll(client_.handle(), 0);
}

void KafkaRecordProducer::close(Closed closed) {
  assert(!closing_);
  closing_ = true;
  closed_ = std::move(closed);
  if (!client_.opened()) return immediate_.ask();
  rd_kafka_purge(client_.handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                       RD_KAFKA_PURGE_F_NON_BLOCKING);
  client_.close([this] { finish_close(); });
}

void KafkaRecordProducer::finish_close() {
  // Until now, librdkafka held pointers to the entries.
  for (const Entry& entry : std::exchange(open_, {})) entry.done(closed_error());
  std::exchange(closed_, nullptr)();
}

}  // namespace hermod
