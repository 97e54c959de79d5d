#include "kafka_source/kafka_service_clients.h"

#include "dead_letters/dead_letter_options.h"
#include "kafka/blocking_client.h"
#include "kafka/kafka_owned.h"
#include "kafka/producer_client.h"

namespace hermod {
namespace kafka {

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
  KafkaProperties suggested = consumer_properties(options.fetch_wait_max_ms);
  KafkaProperties owned = owned_consumer_properties(options);
  // Only the service's consumer is the static member: `hermod check` would fence it. The member
  // keeps its partitions while it restarts, which takes longer than the suggested timeout.
  if (!options.group_instance_id.empty() &&
      options.reading == KafkaSourceOptions::Reading::kGroup) {
    suggested.emplace_back("session.timeout.ms", "10000");
    owned.emplace_back("group.instance.id", options.group_instance_id);
  }
  return make_conf(suggested, options.properties, owned);
}

namespace {

Result<void> try_client(Client::Role role, const Result<rd_kafka_conf_t*>& made) {
  if (!made) return made.error();
  rd_kafka_conf_set(made.value(), "log.queue", "false", nullptr, 0);  // nothing reads its log
  const auto opened = open_blocking_client(role, made.value());
  if (!opened) return opened.error();
  const Handle destroyed(opened.value());
  return {};
}

}  // namespace
}  // namespace kafka

Result<void> check_kafka_clients(KafkaSourceOptions options) {
  options.brokers.clear();
  if (auto made =
          kafka::try_client(kafka::Client::Role::kConsumer, kafka::make_consumer_conf(options));
      !made) {
    return made;
  }
  kafka::ProducerOptions producer;
  producer.properties = options.properties;
  if (auto made =
          kafka::try_client(kafka::Client::Role::kProducer, kafka::make_producer_conf(producer));
      !made) {
    return made;
  }
  if (options.dead_letter_topic.empty()) return {};
  DeadLetterOptions letters;
  letters.properties = std::move(options.properties);
  return kafka::try_client(kafka::Client::Role::kProducer,
                           kafka::make_producer_conf(dead_letter_producer_options(letters)));
}

}  // namespace hermod
