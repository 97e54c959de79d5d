#include "dead_letters/dead_letter_reader.h"

#include <map>
#include <utility>

#include "base/parse.h"
#include "kafka/blocking_client.h"
#include "kafka/kafka_owned.h"
#include "kafka/kafka_probe.h"

namespace hermod {
namespace {

constexpr int kPollMs = 200;

void read_own_header(const std::string& name, const std::string& value, ReadDeadLetter& letter) {
  if (name == kHeaderReason) letter.reason = value;
  if (name == kHeaderErrorCode) letter.error_code = value;
  if (name == kHeaderTopic) letter.topic = value;
  if (name == kHeaderPartition) letter.record_partition = parse_number<int32_t>(value);
  if (name == kHeaderOffset) letter.record_offset = parse_number<int64_t>(value);
  if (name == kHeaderTime) letter.time = value;
  if (name == kHeaderTruncated) letter.original_bytes = parse_number<int64_t>(value);
}

ReadDeadLetter make_read_letter(const rd_kafka_message_t& message) {
  ReadDeadLetter letter;
  letter.partition = message.partition;
  letter.offset = message.offset;
  letter.key = copy_bytes(message.key, message.key_len);
  letter.value = copy_bytes(message.payload, message.len);
  KafkaHeaders headers = read_headers(message);
  letter.replays = replays_of(headers);
  for (KafkaHeader& header : headers) {
    if (is_own_header(header.name)) {
      read_own_header(header.name, header.value.value_or(""), letter);
    } else {
      letter.headers.push_back(std::move(header));
    }
  }
  return letter;
}

// A consumer with all partitions assigned, and the offset up to which each is read.
class Reading {
 public:
  explicit Reading(const DeadLetterReaderOptions& options) : options_(options) {}

  ~Reading() {
    if (handle_) rd_kafka_consumer_close(handle_.get());
  }

  Result<void> begin(int32_t partitions) {
    auto made = kafka::make_conf(kafka::consumer_properties(), options_.properties,
                                 {{"bootstrap.servers", options_.brokers},
                                  {"client.id", options_.client_id},
                                  {"group.id", "hermod-dead-letters"},  // not joined, see assign()
                                  {"enable.auto.commit", "false"},
                                  {"enable.partition.eof", "true"},
                                  {"auto.offset.reset", "earliest"},
                                  {"allow.auto.create.topics", "false"}});
    if (!made) return made.error();
    const auto opened = kafka::open_blocking_client(kafka::Client::Role::kConsumer, made.value());
    if (!opened) return opened.error();
    handle_.reset(opened.value());
    rd_kafka_poll_set_consumer(handle_.get());
    return assign(partitions);
  }

  Result<uint64_t> run(const std::function<bool(const ReadDeadLetter&)>& on_letter) {
    uint64_t count = 0;
    uint32_t silent_ms = 0;
    while (!ends_.empty()) {
      const kafka::Message message(rd_kafka_consumer_poll(handle_.get(), kPollMs));
      if (!message) {
        silent_ms += kPollMs;
        if (silent_ms >= options_.timeout_ms) return silence();
        continue;
      }
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        ends_.erase(message->partition);
        continue;
      }
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return Error{ErrorCode::kConnection, rd_kafka_message_errstr(message.get())};
      }
      silent_ms = 0;
      const auto end = ends_.find(message->partition);
      if (end == ends_.end() || message->offset >= end->second) continue;
      ++count;
      if (!on_letter(make_read_letter(*message))) return count;
      if (message->offset + 1 >= end->second) ends_.erase(end);
    }
    return count;
  }

 private:
  // Assigns instead of subscribing, so that no group is joined and no other consumer is rebalanced.
  Result<void> assign(int32_t partitions) {
    kafka::Partitions list(rd_kafka_topic_partition_list_new(partitions));
    for (int32_t one = 0; one < partitions; ++one) {
      int64_t low = 0;
      int64_t high = 0;
      const rd_kafka_resp_err_t code =
          rd_kafka_query_watermark_offsets(handle_.get(), options_.topic.c_str(), one, &low, &high,
                                           static_cast<int>(options_.timeout_ms));
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return silence();
      if (low >= high) continue;
      ends_[one] = high;
      rd_kafka_topic_partition_list_add(list.get(), options_.topic.c_str(), one)->offset = low;
    }
    rd_kafka_assign(handle_.get(), list.get());
    return {};
  }

  Error silence() const {
    return {ErrorCode::kConnection, "Kafka at " + options_.brokers + " does not answer"};
  }

  const DeadLetterReaderOptions& options_;
  kafka::Handle handle_;
  std::map<int32_t, int64_t> ends_;  // partitions not read to their end yet
};

}  // namespace

Result<uint64_t> read_dead_letters(const DeadLetterReaderOptions& options,
                                   const std::function<bool(const ReadDeadLetter&)>& on_letter) {
  KafkaProbeOptions probe;
  probe.brokers = options.brokers;
  probe.client_id = options.client_id;
  probe.properties = options.properties;
  probe.timeout_ms = options.timeout_ms;
  const auto answer = kafka_probe(probe, {options.topic});
  if (!answer) return answer.error();
  const KafkaProbeAnswer::Topic& topic = answer.value().topics.front();
  if (!topic.error.empty()) return Error{ErrorCode::kConnection, topic.name + ": " + topic.error};
  if (topic.partitions == 0) {
    return Error{ErrorCode::kNotFound, "the topic " + topic.name + " does not exist"};
  }
  Reading reading(options);
  if (auto begun = reading.begin(topic.partitions); !begun) return begun.error();
  return reading.run(on_letter);
}

}  // namespace hermod
