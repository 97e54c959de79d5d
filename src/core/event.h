#pragma once
// A record's value, read and judged (protocol section 1): is it for us, to whom, and which of its
// bytes go out. One parser serves a whole process; it keeps its buffers.

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
enum class Field : uint8_t {
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

std::string_view label(RecordFault fault);  // static storage
ErrorCode error_code(RecordFault fault);

// What is odd about a record that is routed all the same.
struct Anomalies {
  bool unknown_category = false;
  bool unknown_priority = false;
  bool optional_type =
      false;  // an optional field, of the notification or its envelope, is wrongly typed
};

// The views point into the record.
struct Event {
  std::string user;
  std::string event_id;  // the envelope's, or what stands for it in a bare record
  std::string_view notification;
  std::array<std::string_view, kFieldCount>
      fields;                    // as they stand, quotes and all; empty where absent
  std::string_view traceparent;  // W3C Trace Context, of metadata or else the record's headers
  std::string_view tracestate;
  Anomalies anomalies;

  std::string_view field(Field which) const { return fields[static_cast<size_t>(which)]; }

  void give_back();  // the memory of texts beyond the bounds, before the event is reused
};

class EventReader;

class EventParser {
 public:
  enum class Outcome : uint8_t { kRoutable, kNotOurs, kDead };
  struct Parsed {
    Outcome outcome = Outcome::kRoutable;
    RecordFault fault = RecordFault::kNone;  // kDead
    std::string_view
        detail;  // the field in question, or the other event type (cut; until the next call)
  };

  // `event_types`: those that are for us, each also after a prefix that ends in a dot.
  // `record_bytes_max`: RECORD_BYTES_MAX.
  EventParser(std::vector<std::string> event_types, size_t record_bytes_max);
  ~EventParser();

  // Fills `event` for kRoutable. Its views live as long as the record.
  Parsed parse(const Record& record, Event& event);

  // Gives back what a large record made the buffers grow to; at the end of a batch of records.
  void give_back();
  size_t buffer_bytes() const;  // at least what they hold

 private:
  bool is_ours(std::string_view type) const;

  std::vector<std::string> event_types_;
  size_t record_bytes_max_;
  std::unique_ptr<EventReader> reader_;
  std::string other_type_;
};

}  // namespace hermod
