#include "kafka/kafka_probe.h"

#include <memory>
#include <utility>

#include "kafka/blocking_client.h"
#include "kafka/kafka_owned.h"

namespace hermod {
namespace {

// Waits for the reason of a failure, which arrives shortly after the failure.
void await_reason(rd_kafka_t* handle, const std::string& last_error) {
  constexpr int kPolls = 10;
  constexpr int kStepMs = 100;
  rd_kafka_poll(handle, 0);
  for (int i = 0; i < kPolls && last_error.empty(); ++i) rd_kafka_poll(handle, kStepMs);
}

struct FreeMetadata {
  void operator()(const rd_kafka_metadata_t* metadata) const noexcept {
    rd_kafka_metadata_destroy(metadata);
  }
};
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, FreeMetadata>;

// Creates a consumer, because a producer's metadata request creates missing topics on a broker with
// auto.create.topics.enable.
Result<kafka::Handle> connect(const KafkaProbeOptions& options, std::string& last_error) {
  auto made = kafka::make_conf(kafka::consumer_properties(), options.properties,
                               {{"bootstrap.servers", options.brokers},
                                {"client.id", options.client_id},
                                {"log.connection.close", "true"},  // see await_reason()
                                {"allow.auto.create.topics", "false"}});
  if (!made) return made.error();
  const auto opened =
      kafka::open_blocking_client(kafka::Client::Role::kConsumer, made.value(), &last_error);
  if (!opened) return opened.error();
  return kafka::Handle(opened.value());
}

KafkaProbeAnswer::Topic find(const rd_kafka_metadata_t& metadata, const std::string& name) {
  KafkaProbeAnswer::Topic topic;
  topic.name = name;
  for (int i = 0; i < metadata.topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& one = metadata.topics[i];
    if (name != one.topic) continue;
    topic.partitions = one.partition_cnt;
    const bool missing = one.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
                         one.err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
    topic.forbidden = one.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR && !missing) topic.error = rd_kafka_err2str(one.err);
  }
  return topic;
}

}  // namespace

Result<KafkaProbeAnswer> kafka_probe(const KafkaProbeOptions& options,
                                     const std::vector<std::string>& topics) {
  std::string last_error;
  auto connected = connect(options, last_error);
  if (!connected) return connected.error();
  rd_kafka_t* const handle = connected.value().get();

  // A metadata request with a null topic asks for the topics that the client knows, so they are
  // created first.
  std::vector<kafka::Topic> known;
  known.reserve(topics.size());
  for (const std::string& name : topics) {
    known.emplace_back(rd_kafka_topic_new(handle, name.c_str(), nullptr));
  }
  const rd_kafka_metadata_t* raw = nullptr;
  const rd_kafka_resp_err_t code =
      rd_kafka_metadata(handle, 0, nullptr, &raw, static_cast<int>(options.timeout_ms));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) await_reason(handle, last_error);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Error{ErrorCode::kConnection,
                 "Kafka at " + options.brokers + " does not answer: " +
                     (last_error.empty() ? rd_kafka_err2str(code) : last_error.c_str())};
  }
  const Metadata metadata(raw);
  KafkaProbeAnswer answer;
  answer.brokers = static_cast<uint32_t>(metadata->broker_cnt);
  for (const std::string& name : topics) answer.topics.push_back(find(*metadata, name));
  return answer;
}

std::string KafkaProbeAnswer::description() const {
  std::string text = std::to_string(brokers) + (brokers == 1 ? " broker" : " brokers");
  for (const auto& [name, partitions, error, forbidden] : topics) {
    text += ", " + name;
    if (!error.empty()) {
      text += ": " + error;
    } else if (partitions == 0) {
      text += " does not exist";
    } else {
      text += ": " + std::to_string(partitions) + (partitions == 1 ? " partition" : " partitions");
    }
  }
  return text;
}

}  // namespace hermod
