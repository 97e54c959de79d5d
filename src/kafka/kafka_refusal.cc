#include "kafka/kafka_refusal.h"

#include "kafka/kafka_owned.h"

namespace hermod::kafka {

Refusal make_refusal(const rd_kafka_message_t& message) {
  Refusal refusal;
  refusal.text = rd_kafka_message_errstr(&message);
  if (message.rkt == nullptr) {
    refusal.unauthorised = message.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
    return refusal;
  }
  refusal.unauthorised = message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
  refusal.topic = rd_kafka_topic_name(message.rkt);
  refusal.partition = message.partition;
  // A failed fetch has an offset; an error of the whole topic has none.
  const bool of_topic = message.offset == RD_KAFKA_OFFSET_INVALID;
  refusal.of = of_topic ? Refusal::Of::kTopic : Refusal::Of::kPartition;
  return refusal;
}

}  // namespace hermod::kafka
