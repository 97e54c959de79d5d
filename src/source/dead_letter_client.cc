// The second half of DeadLetterWriter: its producer, made with the first letter.

#include "source/dead_letter.h"
#include "source/kafka_owned.h"

namespace hermod {

Result<rd_kafka_conf_t*> DeadLetterWriter::make_conf() const {
  KafkaProperties suggested = kafka::producer_properties();
  suggested.emplace_back("topic.metadata.refresh.interval.ms", "3000");
  // One request at a time keeps the order over retries. A batch is no larger than a cut letter, so
  // that a refused size is nearly always that of one letter alone.
  KafkaProperties owned = kafka::owned_producer_properties(options_.brokers, options_.client_id,
                                                           options_.acknowledge_timeout_ms);
  owned.insert(owned.end(), {{"max.in.flight", "1"},
                             {"batch.size", std::to_string(options_.cut_bytes)},
                             {"topic.metadata.propagation.max.ms", "1000"},
                             {"log.queue", "true"}});
  return kafka::make_conf(suggested, options_.properties, owned);
}

Result<void> DeadLetterWriter::check() const {
  auto conf = make_conf();
  if (!conf) return conf.error();
  rd_kafka_conf_destroy(conf.value());
  return {};
}

Result<void> DeadLetterWriter::ensure_open() {
  if (client_.opened()) return {};
  auto conf = make_conf();
  if (!conf) return conf.error();
  if (auto opened = client_.open(kafka::Client::Role::kProducer, conf.value()); !opened) {
    return opened;
  }
  topic_ = rd_kafka_topic_new(client_.handle(), options_.topic.c_str(), nullptr);
  return {};
}

}  // namespace hermod
