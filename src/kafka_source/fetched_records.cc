#include "kafka_source/fetched_records.h"

#include <cassert>

#include "kafka/kafka_owned.h"

namespace hermod {

rd_kafka_message_t* FetchedRecords::pop() {
  assert(!messages_.empty());
  rd_kafka_message_t* const message = messages_.front();
  messages_.pop_front();
  return message;
}

void FetchedRecords::drop(const std::string& topic, int32_t partition) {
  std::erase_if(messages_, [&](rd_kafka_message_t* message) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || message->partition != partition) return false;
    if (topic != rd_kafka_topic_name(message->rkt)) return false;
    rd_kafka_message_destroy(message);
    return true;
  });
}

void FetchedRecords::clear() {
  for (rd_kafka_message_t* message : messages_) rd_kafka_message_destroy(message);
  messages_.clear();
}

}  // namespace hermod
