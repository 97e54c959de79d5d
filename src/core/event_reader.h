#pragma once
// The reading half of event parsing: validates a record's value throughout (RFC 8259) and takes
// note of where each field that matters stands. It judges nothing but validity.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/event.h"

namespace hermod {

enum class JsonType : uint8_t { kNone, kNull, kBoolean, kNumber, kString, kArray, kObject };

// One field: how often it stands there, and its last value as it stands.
struct RawField {
  uint8_t times = 0;
  JsonType type = JsonType::kNone;
  std::string_view raw;
};

using RawNotification = std::array<RawField, kFieldCount>;

struct RawRecord {
  std::string_view object;  // the value without the white space around it
  RawNotification bare;     // notification fields at the top
  RawField event_id;
  RawField event_type;
  RawField schema_version;
  RawField event_timestamp;
  RawField source_service;
  RawField metadata;
  RawField traceparent;  // inside metadata
  RawField tracestate;
  RawField data;
  RawNotification inner;  // notification fields inside data
};

class EventReader {
 public:
  EventReader();
  ~EventReader();

  // Views in `record` point into `value`.
  RecordFault read(std::string_view value, RawRecord& record);

  // Gives the buffers back where a large value made them grow.
  void give_back();
  size_t buffer_bytes() const { return buffer_.capacity(); }

 private:
  struct Parsers;

  RecordFault validate(std::string_view value);

  std::unique_ptr<Parsers> parsers_;
  std::string buffer_;  // the value with the padding that simdjson reads beyond its end
};

std::string_view field_name(Field field);

// A JSON string's characters, e.g. abc for "abc". `raw` is a valid JSON string with its quotes.
std::string decode_string(std::string_view raw);

}  // namespace hermod
