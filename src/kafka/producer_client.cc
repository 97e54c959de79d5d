#include "kafka/producer_client.h"

#include <cassert>
#include <utility>

#include "kafka/kafka_owned.h"

namespace hermod::kafka {
namespace {

using Status = ProduceResult::Status;

char* data(const std::optional<std::string>& bytes) {
  return bytes ? const_cast<char*>(bytes->data()) : nullptr;
}

size_t size(const std::optional<std::string>& bytes) {
  return bytes ? bytes->size() : 0;
}

Status status_of(int code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return Status::kOk;
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return Status::kQueueFull;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
      return Status::kTooLarge;
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
      return Status::kRecalled;
    default:
      return Status::kFailed;
  }
}

}  // namespace

Result<rd_kafka_conf_t*> make_producer_conf(const ProducerOptions& options) {
  KafkaProperties suggested = common_properties();
  suggested.emplace_back("linger.ms", "0");  // a delayed record is a delayed notification
  // A record that was consumed must also be producible, so the size limit is left to the broker.
  suggested.emplace_back("message.max.bytes", "100000000");
  suggested.insert(suggested.end(), options.suggested.begin(), options.suggested.end());
  KafkaProperties owned = {
      {"bootstrap.servers", options.brokers},
      {"client.id", options.client_id},
      {"acks", "all"},
      {"partitioner", "murmur2_random"},
      {"message.timeout.ms", std::to_string(options.acknowledge_timeout_ms)},
      // Long enough for a broker to report a topic that was created a moment ago.
      {"topic.metadata.propagation.max.ms", "2000"},
      {"log.queue", "true"},
  };
  owned.insert(owned.end(), options.owned.begin(), options.owned.end());
  return make_conf(suggested, options.properties, owned);
}

ProducerClient::ProducerClient(uv_loop_t* loop, Log& log, ProducerOptions options,
                               ProducerListener& listener)
    : options_(std::move(options)),
      listener_(listener),
      client_(loop, log, *this),
      immediate_(loop, [this] { std::exchange(closed_, nullptr)(); }) {}

ProducerClient::~ProducerClient() {
  assert(!closed_);
}

Result<void> ProducerClient::check() const {
  auto conf = make_producer_conf(options_);
  if (!conf) return conf.error();
  rd_kafka_conf_destroy(conf.value());
  return {};
}

Result<void> ProducerClient::open() {
  assert(!closing_);
  if (opened()) return {};
  auto conf = make_producer_conf(options_);
  if (!conf) return conf.error();
  return client_.open(Client::Role::kProducer, conf.value());
}

ProduceResult ProducerClient::produce(const OutgoingRecord& record, Payload payload, void* tag) {
  assert(opened());
  assert(!closing_);
  Headers headers(make_headers(record.headers));
  const int flags = payload == Payload::kCopied ? RD_KAFKA_MSG_F_COPY : 0;
  const rd_kafka_resp_err_t code = rd_kafka_producev(
      client_.handle(), RD_KAFKA_V_TOPIC(record.topic.c_str()), RD_KAFKA_V_MSGFLAGS(flags),
      RD_KAFKA_V_VALUE(data(record.value), size(record.value)),
      RD_KAFKA_V_KEY(data(record.key), size(record.key)), RD_KAFKA_V_HEADERS(headers.get()),
      RD_KAFKA_V_OPAQUE(tag), RD_KAFKA_V_END);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(headers.release());
  return describe(code);
}

ProduceResult ProducerClient::describe(int code) const {
  const Status status = status_of(code);
  if (status == Status::kOk) return {};
  const bool timed_out = code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT;
  if (timed_out && !last_error_.empty()) return {status, last_error_};
  return {status, rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(code))};
}

void ProducerClient::on_delivery(const rd_kafka_message_t& message) {
  if (closing_) return;
  const ProduceResult result = describe(message.err);
  RecordPosition position;
  if (result.status == Status::kOk) {
    last_error_.clear();
    position = {rd_kafka_topic_name(message.rkt), message.partition, message.offset};
  }
  listener_.on_delivery(message._private, result, position);
}

void ProducerClient::on_client_error(int code, std::string_view text) {
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) last_error_ = text;
}

void ProducerClient::recall() {
  assert(opened());
  rd_kafka_purge(client_.handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

void ProducerClient::serve(int wait_ms) {
  rd_kafka_poll(client_.handle(), wait_ms);
}

void ProducerClient::look_up(const std::string& topic, int wait_ms) {
  assert(opened());
  const Topic handle(rd_kafka_topic_new(client_.handle(), topic.c_str(), nullptr));
  if (!handle) return;
  const rd_kafka_metadata_t* found = nullptr;
  rd_kafka_metadata(client_.handle(), 0, handle.get(), &found, wait_ms);
  if (found != nullptr) rd_kafka_metadata_destroy(found);
}

void ProducerClient::close(Closed closed) {
  assert(!closing_);
  closing_ = true;
  closed_ = std::move(closed);
  if (!opened()) return immediate_.ask();
  rd_kafka_purge(client_.handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                       RD_KAFKA_PURGE_F_NON_BLOCKING);
  client_.close([this] { std::exchange(closed_, nullptr)(); });
}

}  // namespace hermod::kafka
