#include "kafka_source/kafka_record.h"

#include <algorithm>

#include "kafka/kafka_owned.h"

namespace hermod::kafka {
namespace {

constexpr size_t kHeadersMax = 64;  // further headers are ignored

std::string_view view_of(const void* data, size_t size) {
  return data == nullptr ? std::string_view()
                         : std::string_view(static_cast<const char*>(data), size);
}

void read_header(std::string_view name, std::string_view value, Record& record) {
  if (name == "event_id") record.header_event_id = value;
  if (name == "event_type") record.header_event_type = value;
  if (name == "traceparent") record.header_traceparent = value;
  if (name == "tracestate") record.header_tracestate = value;
}

}  // namespace

Record make_record(const rd_kafka_message_t& message, std::string_view topic,
                   const Position& position) {
  Record record;
  record.position = position;
  record.topic = topic;
  rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const int64_t timestamp = rd_kafka_message_timestamp(&message, &kind);
  record.timestamp_ms = kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp;
  record.has_key = message.key != nullptr;
  record.has_value = message.payload != nullptr;
  record.key = view_of(message.key, message.key_len);
  record.value = view_of(message.payload, message.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
  const size_t count = std::min(rd_kafka_header_cnt(headers), kHeadersMax);
  for (size_t i = 0; i < count; ++i) {
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    rd_kafka_header_get_all(headers, i, &name, &value, &size);
    read_header(name, view_of(value, size), record);
  }
  return record;
}

}  // namespace hermod::kafka
