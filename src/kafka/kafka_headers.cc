#include "kafka/kafka_headers.h"

#include "kafka/kafka_owned.h"

namespace hermod {
namespace {

constexpr size_t kHeadersMax = 64;

}  // namespace

KafkaHeaders read_headers(const rd_kafka_message_t& message) {
  KafkaHeaders headers;
  rd_kafka_headers_t* raw = nullptr;
  if (rd_kafka_message_headers(&message, &raw) != RD_KAFKA_RESP_ERR_NO_ERROR) return headers;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0; i < kHeadersMax; ++i) {
    if (rd_kafka_header_get_all(raw, i, &name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR) break;
    headers.push_back({name, copy_bytes(value, size)});
  }
  return headers;
}

std::optional<std::string> copy_bytes(const void* data, size_t size) {
  if (data == nullptr) return std::nullopt;
  return std::string(static_cast<const char*>(data), size);
}

namespace kafka {

rd_kafka_headers_t* make_headers(const KafkaHeaders& headers) {
  rd_kafka_headers_t* const made = rd_kafka_headers_new(headers.size());
  for (const auto& [name, value] : headers) {
    rd_kafka_header_add(made, name.data(), static_cast<ssize_t>(name.size()),
                        value ? value->data() : nullptr,
                        value ? static_cast<ssize_t>(value->size()) : 0);
  }
  return made;
}

}  // namespace kafka

}  // namespace hermod
