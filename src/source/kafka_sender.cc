#include "source/kafka_sender.h"

#include <utility>

#include "kafka/kafka_owned.h"
#include "source/kafka_service_clients.h"

namespace hermod {
namespace {

char* data(const std::optional<std::string>& bytes) {
  return bytes ? const_cast<char*>(bytes->data()) : nullptr;
}

size_t size(const std::optional<std::string>& bytes) {
  return bytes ? bytes->size() : 0;
}

Error refused(std::string_view why) {
  return {ErrorCode::kKafkaPublish, "not acknowledged by Kafka: " + std::string(why)};
}

Error closed_error() {
  return {ErrorCode::kServiceUnavailable, "closed before Kafka acknowledged the record"};
}

}  // namespace

KafkaSender::KafkaSender(uv_loop_t* loop, Log& log, KafkaSenderOptions options)
    : options_(std::move(options)),
      client_(loop, log, *this),
      immediate_(loop, [this] { finish_close(); }) {}

KafkaSender::~KafkaSender() = default;

Result<void> KafkaSender::ensure_open() {
  if (client_.opened()) return {};
  auto conf = kafka::make_sender_conf(options_);
  if (!conf) return conf.error();
  return client_.open(kafka::Client::Role::kProducer, conf.value());
}

Result<void> KafkaSender::send(const KafkaText& text, Done done) {
  if (closing_) return closed_error();
  if (open_.size() >= options_.open_max) {
    return Error{ErrorCode::kRateLimit, "too many records wait for an acknowledgement from Kafka"};
  }
  if (auto ready = ensure_open(); !ready) return ready;
  open_.push_back({std::move(done), {}});
  Entry& entry = open_.back();
  entry.self = std::prev(open_.end());
  kafka::Headers headers(kafka::make_headers(text.headers));
  const rd_kafka_resp_err_t code = rd_kafka_producev(
      client_.handle(), RD_KAFKA_V_TOPIC(text.topic.c_str()),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
      RD_KAFKA_V_VALUE(data(text.value), size(text.value)),
      RD_KAFKA_V_KEY(data(text.key), size(text.key)), RD_KAFKA_V_HEADERS(headers.get()),
      RD_KAFKA_V_OPAQUE(&entry), RD_KAFKA_V_END);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    open_.pop_back();
    return refused(rd_kafka_err2str(code));
  }
  static_cast<void>(headers.release());
  return {};
}

void KafkaSender::on_delivery(const rd_kafka_message_t& message) {
  if (closing_) return;
  auto& entry = *static_cast<Entry*>(message._private);
  const Done done = std::move(entry.done);
  open_.erase(entry.self);
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    last_error_.clear();
    return done(KafkaPosition{rd_kafka_topic_name(message.rkt), message.partition, message.offset});
  }
  const bool timed_out = message.err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT;
  done(refused(timed_out && !last_error_.empty() ? last_error_ : rd_kafka_err2str(message.err)));
}

void KafkaSender::on_client_error(int code, std::string_view text) {
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) last_error_ = text;
}

void KafkaSender::on_client_events() {
  rd_kafka_poll(client_.handle(), 0);
}

void KafkaSender::close(Closed closed) {
  if (closing_) return;
  closing_ = true;
  closed_ = std::move(closed);
  if (!client_.opened()) return immediate_.ask();
  rd_kafka_purge(client_.handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                       RD_KAFKA_PURGE_F_NON_BLOCKING);
  client_.close([this] { finish_close(); });
}

void KafkaSender::finish_close() {
  // Until now, librdkafka held pointers to the entries.
  for (const Entry& entry : std::exchange(open_, {})) entry.done(closed_error());
  std::exchange(closed_, nullptr)();
}

}  // namespace hermod
