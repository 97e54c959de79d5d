#include "kafka/kafka_producer.h"

#include <cassert>
#include <utility>

#include "hermod/log.h"

namespace hermod {
namespace {

using Status = kafka::ProduceResult::Status;

constexpr int kPollMs = 100;
constexpr int kLookUpMs = 1000;

Error refused(const std::string& why) {
  return {ErrorCode::kKafkaPublish, "not acknowledged by Kafka: " + why};
}

}  // namespace

// A command reports the results of its records, and not what librdkafka logs.
class KafkaProducer::NoLog final : public Log {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
  void write_limited(std::string_view, LogLevel, std::string_view,
                     std::initializer_list<LogField>) override {}
};

KafkaProducer::KafkaProducer(const KafkaProducerOptions& options)
    : log_(std::make_unique<NoLog>()),
      client_(loop_.get(), *log_,
              {.brokers = options.brokers,
               .client_id = options.client_id,
               .properties = options.properties,
               .acknowledge_timeout_ms = options.acknowledge_timeout_ms},
              *this) {}

Result<std::unique_ptr<KafkaProducer>> KafkaProducer::open(const KafkaProducerOptions& options) {
  std::unique_ptr<KafkaProducer> producer(new KafkaProducer(options));
  if (auto opened = producer->client_.open(); !opened) return opened.error();
  return producer;
}

KafkaProducer::~KafkaProducer() {
  client_.close([] {});
  loop_.run();
}

void KafkaProducer::send(const KafkaText& text) {
  if (known_topics_.insert(text.topic).second) client_.look_up(text.topic, kLookUpMs);
  const uint64_t number = sent_++;
  const auto produce = [&] {
    return client_.produce({text.topic, text.key, text.value, text.headers},
                           kafka::ProducerClient::Payload::kCopied,
                           reinterpret_cast<void*>(static_cast<uintptr_t>(number)));
  };
  kafka::ProduceResult result = produce();
  while (result.status == Status::kQueueFull) {
    client_.serve(kPollMs);
    result = produce();
  }
  if (result.status != Status::kOk) answer(number, refused(result.error));
  client_.serve(0);
}

void KafkaProducer::on_delivery(void* tag, const kafka::ProduceResult& result,
                                const RecordPosition& position) {
  const auto number = reinterpret_cast<uintptr_t>(tag);
  if (result.status == Status::kOk) return answer(number, position);
  answer(number, refused(result.error));
}

void KafkaProducer::answer(uint64_t number, const Result<RecordPosition>& result) {
  assert(answered_ < sent_);
  ++answered_;
  if (acknowledged_) acknowledged_(number, result);
}

void KafkaProducer::finish() {
  // Terminates, because librdkafka reports each record within message.timeout.ms.
  while (answered_ < sent_) client_.serve(kPollMs);
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
