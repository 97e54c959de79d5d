// - the first publish opens the client; each is enqueued under a number;
// - the delivery report answers it; a refusal by librdkafka itself is answered on the next turn;
// - close() purges what waits, which is reported like any failure, and then ends the client.
#include "source/kafka_publisher.h"

#include <utility>

#include "source/kafka_owned.h"

namespace hermod {

KafkaPublisher::KafkaPublisher(uv_loop_t* loop, Log& log, KafkaProducerOptions options)
    : options_(std::move(options)), client_(loop, log, *this), soon_(loop, [this] {
        for (const auto& [number, error] : std::exchange(refused_, {})) answer(number, error);
        if (closed_) std::exchange(closed_, nullptr)();
      }) {}

KafkaPublisher::~KafkaPublisher() = default;

Result<void> KafkaPublisher::ensure_open() {
  if (client_.opened()) return {};
  KafkaProperties suggested = kafka::common_properties();
  suggested.emplace_back("linger.ms", "0");
  suggested.emplace_back("message.max.bytes", "100000000");
  auto conf =
      kafka::make_conf(suggested, options_.properties,
                       {{"bootstrap.servers", options_.brokers},
                        {"client.id", options_.client_id},
                        {"acks", "all"},
                        {"partitioner", "murmur2_random"},
                        {"message.timeout.ms", std::to_string(options_.acknowledge_timeout_ms)},
                        {"topic.metadata.propagation.max.ms", "2000"},
                        {"log.queue", "true"}});
  if (!conf) return conf.error();
  return client_.open(kafka::Client::Role::kProducer, conf.value());
}

void KafkaPublisher::publish(const KafkaText& text, Done done) {
  const uint64_t number = sent_++;
  waiting_.emplace(number, std::move(done));
  if (const auto sent = send(text, number); !sent) {
    refused_.emplace(number, sent.error());
    soon_.ask();
  }
}

Result<void> KafkaPublisher::send(const KafkaText& text, uint64_t number) {
  if (auto ready = ensure_open(); !ready) return ready;
  const auto data = [](const std::optional<std::string>& bytes) {
    return bytes ? const_cast<char*>(bytes->data()) : nullptr;
  };
  const auto size = [](const std::optional<std::string>& bytes) {
    return bytes ? bytes->size() : 0;
  };
  const rd_kafka_resp_err_t code = rd_kafka_producev(
      client_.handle(), RD_KAFKA_V_TOPIC(text.topic.c_str()),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
      RD_KAFKA_V_VALUE(data(text.value), size(text.value)),
      RD_KAFKA_V_KEY(data(text.key), size(text.key)),
      RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(static_cast<uintptr_t>(number))), RD_KAFKA_V_END);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return Error{ErrorCode::kKafkaPublish, rd_kafka_err2str(code)};
}

void KafkaPublisher::answer(uint64_t number, const Result<KafkaPlace>& result) {
  const auto found = waiting_.find(number);
  if (found == waiting_.end()) return;
  const Done done = std::move(found->second);
  waiting_.erase(found);
  done(result);
}

void KafkaPublisher::on_delivery(const rd_kafka_message_t& message) {
  const auto number = reinterpret_cast<uintptr_t>(message._private);
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    return answer(number,
                  KafkaPlace{rd_kafka_topic_name(message.rkt), message.partition, message.offset});
  }
  std::string why = rd_kafka_err2str(message.err);
  if (message.err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT && !last_error_.empty()) why = last_error_;
  answer(number, Error{ErrorCode::kKafkaPublish, "not acknowledged by Kafka: " + why});
}

void KafkaPublisher::on_client_error(int code, std::string_view text) {
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) last_error_ = text;
}

void KafkaPublisher::on_client_events() {
  rd_kafka_poll(client_.handle(), 0);
}

void KafkaPublisher::close(Closed closed) {
  closed_ = std::move(closed);
  for (const auto& [number, done] : waiting_) {
    refused_.emplace(number, Error{ErrorCode::kServiceUnavailable, "the router was closed"});
  }
  if (!client_.opened()) return soon_.ask();
  rd_kafka_purge(client_.handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                       RD_KAFKA_PURGE_F_NON_BLOCKING);
  client_.close([this] { soon_.ask(); });
}

}  // namespace hermod
