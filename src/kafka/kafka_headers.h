#pragma once
// The headers of a Kafka record, and their conversion from and to librdkafka's.

#include <optional>
#include <string>
#include <vector>

#include "kafka/kafka_fwd.h"

namespace hermod {

struct KafkaHeader {
  std::string name;
  std::optional<std::string> value;  // Kafka distinguishes an empty value from a missing one
};
using KafkaHeaders = std::vector<KafkaHeader>;

// Returns the headers of `message` unchanged; of more than 64, the first ones.
KafkaHeaders read_headers(const rd_kafka_message_s& message);

// Copies a key, a value or the value of a header. Null `data` is a missing one.
std::optional<std::string> copy_bytes(const void* data, size_t size);

namespace kafka {

// Converts headers for librdkafka. The caller owns the result until a produce call accepts it.
rd_kafka_headers_s* make_headers(const KafkaHeaders& headers);

}  // namespace kafka
}  // namespace hermod
