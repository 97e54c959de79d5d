#include "source/kafka_service_clients.h"

#include "kafka/kafka_owned.h"
#include "kafka/producer_client.h"
#include "source/dead_letter_options.h"

namespace hermod {
namespace kafka {

KafkaProperties consumer_properties(uint32_t fetch_wait_max_ms) {
  KafkaProperties properties = common_properties();
  properties.insert(properties.end(),
                    {
                        // A broker answers a waiting fetch as soon as there is one byte, so this
                        // bounds idle traffic only.
                        {"fetch.wait.max.ms", std::to_string(fetch_wait_max_ms)},
                        {"fetch.min.bytes", "1"},
                        {"fetch.error.backoff.ms", "200"},
                        // Prefetch limit. Below 16 MiB librdkafka throttles strongly; its default
                        // of 64 MiB needs 134 MB of memory on a backlog.
                        {"queued.max.messages.kbytes", "16384"},
                        {"fetch.max.bytes", "8388608"},
                        // A record of any size must be received to become a dead letter; otherwise
                        // its partition stops. This is a limit, not an allocation.
                        {"receive.message.max.bytes", "1000000000"},
                        // The smallest value that brokers accept by default. A member that crashed
                        // keeps its partitions for this long; so does a process that returns after
                        // a longer outage. librdkafka sends heartbeats from its own thread, so a
                        // busy loop misses none. Members learn of a rebalance with their next
                        // heartbeat.
                        {"session.timeout.ms", "6000"},
                        {"heartbeat.interval.ms", "1000"},
                        // How soon a missing topic is consumed after its creation.
                        {"topic.metadata.refresh.interval.ms", "3000"},
                    });
  return properties;
}

KafkaProperties owned_consumer_properties(const KafkaSourceOptions& options) {
  const bool group = options.reading == KafkaSourceOptions::Reading::kGroup;
  return {
      {"bootstrap.servers", options.brokers},
      {"client.id", options.client_id},
      // librdkafka requires a group name even if no group is joined.
      {"group.id", group ? options.group : "hermod-embedded"},
      {"auto.offset.reset", "earliest"},
      {"enable.auto.offset.store", "false"},
      {"enable.auto.commit", group ? "true" : "false"},
      {"auto.commit.interval.ms", "1000"},
      // The embedded broker does not support this property, and each request would log a warning.
      // It has all topics anyway.
      {"allow.auto.create.topics", group ? "false" : "true"},
      // Without a group, reaching the end of an empty partition is the first sign that the broker
      // answers.
      {"enable.partition.eof", group ? "false" : "true"},
      {"statistics.interval.ms", std::to_string(options.statistics_ms)},
      {"log.queue", "true"},
  };
}

Result<rd_kafka_conf_s*> make_consumer_conf(const KafkaSourceOptions& options) {
  return make_conf(consumer_properties(options.fetch_wait_max_ms), options.properties,
                   owned_consumer_properties(options));
}

namespace {

Result<void> try_client(rd_kafka_type_t type, const Result<rd_kafka_conf_t*>& made) {
  if (!made) return made.error();
  Conf conf(made.value());
  silence(conf.get());
  rd_kafka_conf_set(conf.get(), "log.queue", "false", nullptr, 0);  // nothing reads its log
  char why[512] = "";
  const Handle handle(rd_kafka_new(type, conf.get(), why, sizeof why));
  if (!handle) return Error{ErrorCode::kConfiguration, std::string("Kafka: ") + why};
  static_cast<void>(conf.release());
  return {};
}

}  // namespace
}  // namespace kafka

Result<void> check_kafka_clients(KafkaSourceOptions options) {
  options.brokers.clear();
  if (auto made = kafka::try_client(RD_KAFKA_CONSUMER, kafka::make_consumer_conf(options)); !made) {
    return made;
  }
  kafka::ProducerOptions producer;
  producer.properties = options.properties;
  if (auto made = kafka::try_client(RD_KAFKA_PRODUCER, kafka::make_producer_conf(producer));
      !made) {
    return made;
  }
  if (options.dead_letter_topic.empty()) return {};
  DeadLetterOptions letters;
  letters.properties = std::move(options.properties);
  return kafka::try_client(RD_KAFKA_PRODUCER,
                           kafka::make_producer_conf(dead_letter_producer_options(letters)));
}

}  // namespace hermod
