// The second half of DeadLetterWriter: its producer, made with the first letter.

#include "source/dead_letter.h"
#include "source/kafka_owned.h"

namespace hermod {

Result<rd_kafka_conf_t*> DeadLetterWriter::make_conf() const {
  KafkaProperties suggested = kafka::common_properties();
  suggested.insert(
      suggested.end(),
      {
          // Whatever could be read shall be writable: the broker is the judge of sizes.
          {"message.max.bytes", "100000000"},
          {"linger.ms", "0"},
          {"topic.metadata.refresh.interval.ms", "3000"},
      });
  // One request at a time keeps the order over retries. A batch is no larger than a cut letter, so
  // that a refused size is nearly always that of one letter alone.
  return kafka::make_conf(suggested, options_.properties,
                          {{"bootstrap.servers", options_.brokers},
                           {"client.id", options_.client_id},
                           {"acks", "all"},
                           {"max.in.flight", "1"},
                           {"batch.size", std::to_string(options_.cut_bytes)},
                           {"partitioner", "murmur2_random"},
                           {"message.timeout.ms", std::to_string(options_.acknowledge_timeout_ms)},
                           {"topic.metadata.propagation.max.ms", "1000"},
                           {"log.queue", "true"}});
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
