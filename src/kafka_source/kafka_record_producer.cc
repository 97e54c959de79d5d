#include "kafka_source/kafka_record_producer.h"

#include <cassert>
#include <optional>
#include <utility>

namespace hermod {
namespace {

using Status = kafka::ProduceResult::Status;

Error refused(const std::string& why) {
  return {ErrorCode::kKafkaPublish, "not acknowledged by Kafka: " + why};
}

Error closed_error() {
  return {ErrorCode::kServiceUnavailable, "closed before Kafka acknowledged the record"};
}

}  // namespace

KafkaRecordProducer::KafkaRecordProducer(uv_loop_t* loop, Log& log,
                                         KafkaRecordProducerOptions options)
    : topics_(std::move(options.topics)),
      open_max_(options.open_max),
      client_(loop, log, std::move(options.client), *this) {}

KafkaRecordProducer::~KafkaRecordProducer() {
  assert(open_.empty());
}

Result<void> KafkaRecordProducer::send(uint32_t topic, std::string key, std::string value,
                                       Done done) {
  if (closing_) return closed_error();
  if (topic >= topics_.size()) return Error{ErrorCode::kNotFound, "unknown topic index"};
  if (open_.size() >= open_max_) {
    return Error{ErrorCode::kRateLimit, "too many records wait for an acknowledgement from Kafka"};
  }
  if (auto ready = client_.open(); !ready) return ready;
  open_.push_back({std::move(done), {}});
  Entry& entry = open_.back();
  entry.self = std::prev(open_.end());
  const std::optional<std::string> key_bytes = std::move(key);
  const std::optional<std::string> value_bytes = std::move(value);
  const auto produced = client_.produce({topics_[topic], key_bytes, value_bytes, {}},
                                        kafka::ProducerClient::Payload::kCopied, &entry);
  if (produced.status == Status::kOk) return {};
  open_.pop_back();
  return refused(produced.error);
}

void KafkaRecordProducer::on_delivery(void* tag, const kafka::ProduceResult& result,
                                      const RecordPosition& position) {
  assert(!closing_);
  auto& entry = *static_cast<Entry*>(tag);
  const Done done = std::move(entry.done);
  open_.erase(entry.self);
  if (result.status == Status::kOk) return done(position);
  done(refused(result.error));
}

void KafkaRecordProducer::close(Closed closed) {
  assert(!closing_);
  closing_ = true;
  client_.close([this, closed = std::move(closed)] {
    // Until now, librdkafka held pointers to the entries.
    for (const Entry& entry : std::exchange(open_, {})) entry.done(closed_error());
    closed();
  });
}

}  // namespace hermod
