#pragma once
// A record that was parsed and can be routed (protocol section 1): its user, and the bytes to
// publish. EventParser fills it.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/reuse.h"

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

  // Frees strings larger than the bounds, before the event is reused.
  void shrink() {
    clear_for_reuse(user);
    clear_for_reuse(event_id);
  }
};

}  // namespace hermod
