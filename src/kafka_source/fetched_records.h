#pragma once
// The messages that KafkaSource has received from librdkafka and not handed out yet, in order.
// Owned by KafkaSource; owns the messages.

#include <cstdint>
#include <deque>
#include <string>

#include "kafka/kafka_fwd.h"

namespace hermod {

class FetchedRecords {
 public:
  FetchedRecords() = default;
  ~FetchedRecords() { clear(); }
  FetchedRecords(const FetchedRecords&) = delete;
  FetchedRecords& operator=(const FetchedRecords&) = delete;

  bool empty() const { return messages_.empty(); }
  size_t size() const { return messages_.size(); }

  void push(rd_kafka_message_s* message) { messages_.push_back(message); }
  rd_kafka_message_s* pop();  // precondition: !empty(); the caller owns the message
  void drop(const std::string& topic, int32_t partition);  // the records, not the errors
  void clear();

 private:
  std::deque<rd_kafka_message_s*> messages_;
};

}  // namespace hermod
