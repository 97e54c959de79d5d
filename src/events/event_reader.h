#pragma once
// The first step of event parsing: validates a record's value completely (RFC 8259) and finds the
// bytes of each field of interest. Owned by EventParser, which decides what they mean.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "events/event.h"
#include "events/record_fault.h"

namespace hermod {

enum class JsonType : uint8_t { kNone, kNull, kBoolean, kNumber, kString, kArray, kObject };

// One field: the number of its occurrences, and the raw JSON of the last one.
struct RawField {
  uint8_t times = 0;
  JsonType type = JsonType::kNone;
  std::string_view raw;
};

using RawNotification = std::array<RawField, kFieldCount>;

struct RawRecord {
  std::string_view object;  // the value without surrounding white space
  RawNotification bare;     // notification fields at the top level
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

  // Fills `record` with views into `value`. Returns the first fault, or kNone.
  RecordFault read(std::string_view value, RawRecord& record);

  size_t buffer_bytes() const;  // a lower bound of the memory kept for reuse

 private:
  struct Buffers;

  static RecordFault read_in(Buffers& buffers, std::string_view value, RawRecord& record);

  std::unique_ptr<Buffers> kept_;  // reused by all values but the large ones
};

std::string_view field_name(EventField field);

// Decodes a JSON string, for example "abc" to abc. `raw` is a valid JSON string with its quotes.
// Returns an empty string if it contains a lone surrogate.
std::string decode_string(std::string_view raw);

}  // namespace hermod
