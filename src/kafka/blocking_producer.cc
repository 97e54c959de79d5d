#include "kafka/blocking_producer.h"

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
class BlockingProducer::NoLog final : public Log {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
  void write_limited(std::string_view, LogLevel, std::string_view,
                     std::initializer_list<LogField>) override {}
};

BlockingProducer::BlockingProducer(const BlockingProducerOptions& options)
    : log_(std::make_unique<NoLog>()),
      client_(loop_.get(), *log_,
              {.brokers = options.brokers,
               .client_id = options.client_id,
               .properties = options.properties,
               .acknowledge_timeout_ms = options.acknowledge_timeout_ms},
              *this) {}

Result<std::unique_ptr<BlockingProducer>> BlockingProducer::open(
    const BlockingProducerOptions& options) {
  std::unique_ptr<BlockingProducer> producer(new BlockingProducer(options));
  if (auto opened = producer->client_.open(); !opened) return opened.error();
  return producer;
}

BlockingProducer::~BlockingProducer() {
  client_.close([] {});
  loop_.run();
}

void BlockingProducer::send(const ProducerRecord& record) {
  if (known_topics_.insert(record.topic).second) client_.look_up(record.topic, kLookUpMs);
  const uint64_t number = sent_++;
  const auto produce = [&] {
    return client_.produce({record.topic, record.key, record.value, record.headers},
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

void BlockingProducer::on_delivery(void* tag, const kafka::ProduceResult& result,
                                   const RecordPosition& position) {
  const auto number = reinterpret_cast<uintptr_t>(tag);
  if (result.status == Status::kOk) return answer(number, position);
  answer(number, refused(result.error));
}

void BlockingProducer::answer(uint64_t number, const Result<RecordPosition>& result) {
  assert(answered_ < sent_);
  ++answered_;
  if (acknowledged_) acknowledged_(number, result);
}

void BlockingProducer::finish() {
  // Terminates, because librdkafka reports each record within message.timeout.ms.
  while (answered_ < sent_) client_.serve(kPollMs);
}

Result<RecordPosition> BlockingProducer::produce(const ProducerRecord& record) {
  Result<RecordPosition> result = Error{ErrorCode::kKafkaPublish, "not acknowledged by Kafka"};
  const uint64_t wanted = sent_;
  Acknowledged outer = std::exchange(
      acknowledged_, [&result, wanted](uint64_t number, const Result<RecordPosition>& answer) {
        if (number == wanted) result = answer;
      });
  send(record);
  finish();
  acknowledged_ = std::move(outer);
  return result;
}

}  // namespace hermod
