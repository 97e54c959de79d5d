// The producer of DeadLetterWriter, which is created with the first dead letter.

#include "kafka/kafka_owned.h"
#include "source/dead_letter_writer.h"
#include "source/kafka_service_clients.h"

namespace hermod {

Result<void> DeadLetterWriter::check() const {
  auto conf = kafka::make_dead_letter_conf(options_);
  if (!conf) return conf.error();
  rd_kafka_conf_destroy(conf.value());
  return {};
}

Result<void> DeadLetterWriter::ensure_open() {
  if (client_.opened()) return {};
  auto conf = kafka::make_dead_letter_conf(options_);
  if (!conf) return conf.error();
  if (auto opened = client_.open(kafka::Client::Role::kProducer, conf.value()); !opened) {
    return opened;
  }
  topic_ = rd_kafka_topic_new(client_.handle(), options_.topic.c_str(), nullptr);
  return {};
}

}  // namespace hermod
