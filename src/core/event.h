#pragma once
// Parses a record's value and decides whether it can be routed (protocol section 1): its event
// type, its user, and the bytes to publish. Ingest owns the parser, which reuses its buffers.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hermod/result.h"
#include "source/record.h"

namespace hermod {

// Protocol section 1, bounds.
inline constexpr size_t kUserBytesMax = 256;
inline constexpr size_t kEventIdBytesMax = 128;

// The notification's fields.
enum class EventField : uint8_t {
  kTeacherId,
  kNotificationType,
  kCategory,
  kPriority,
  kPayload,
  kCorrelationId,
  kActionRequired,
  kDeadlineTimestamp,
  kBatchId,
  kClassId,
  kStudentId,
  kTimestamp,
};
inline constexpr size_t kFieldCount = 12;

// Why a record is a dead letter; label() goes into its headers and metrics.
enum class RecordFault : uint8_t {
  kNone,
  kTombstone,
  kEmpty,
  kTooLarge,
  kInvalidUtf8,
  kInvalidJson,
  kTooDeep,
  kNotAnObject,
  kMissingField,
  kWrongType,
  kDuplicateField,
  kEmptyUser,
  kUserTooLong,
  kEventIdTooLong,
};

std::string_view label(RecordFault fault);  // e.g. "missing_field"; static storage
ErrorCode error_code(RecordFault fault);

// Anomalies of a record that is routed anyway.
struct Anomalies {
  bool unknown_category = false;
  bool unknown_priority = false;
  bool optional_type = false;  // an optional field, also of the envelope, has the wrong type
};

// The views point into the record.
struct Event {
  std::string user;
  std::string event_id;  // of the envelope, or made from the Kafka position of a bare record
  std::string_view notification;
  std::array<std::string_view, kFieldCount> fields;  // raw JSON, including quotes; empty if absent
  std::string_view traceparent;  // W3C Trace Context of the metadata, else of the record's headers
  std::string_view tracestate;
  Anomalies anomalies;

  std::string_view field(EventField which) const { return fields[static_cast<size_t>(which)]; }

  void shrink();  // frees strings larger than the bounds, before the event is reused
};

class EventReader;

class EventParser {
 public:
  enum class Outcome : uint8_t { kRoutable, kExternalType, kDead };
  struct Parsed {
    Outcome outcome = Outcome::kRoutable;
    RecordFault fault = RecordFault::kNone;  // set with kDead
    // The faulty field, or the external event type (truncated). Valid until the next call.
    std::string_view detail;
  };

  // `event_types`: the types that are routed; each also matches after a prefix that ends in a dot.
  // `record_bytes_max`: RECORD_BYTES_MAX.
  EventParser(std::vector<std::string> event_types, size_t record_bytes_max);
  ~EventParser();

  // Fills `event` if the outcome is kRoutable. Its views are valid as long as the record.
  Parsed parse(const Record& record, Event& event);

  size_t buffer_bytes() const;  // a lower bound of the buffers' memory

 private:
  bool is_ours(std::string_view type) const;

  std::vector<std::string> event_types_;
  size_t record_bytes_max_;
  std::unique_ptr<EventReader> reader_;
  std::string other_type_;
};

}  // namespace hermod
