#include "events/event_parser.h"

#include <algorithm>
#include <cassert>

#include "base/text.h"
#include "events/event_reader.h"

namespace hermod {
namespace {

using Parsed = EventParser::Parsed;
using Outcome = EventParser::Outcome;

struct Required {
  EventField field;
  JsonType type;
};

constexpr Required kRequired[] = {
    {EventField::kTeacherId, JsonType::kString}, {EventField::kNotificationType, JsonType::kString},
    {EventField::kCategory, JsonType::kString},  {EventField::kPriority, JsonType::kString},
    {EventField::kPayload, JsonType::kObject},   {EventField::kCorrelationId, JsonType::kString},
};

constexpr size_t kOtherTypeBytesMax = 260;  // longer than a log field, which then shows the cut

constexpr std::string_view kCategories[] = {"\"batch_progress\"",   "\"processing_results\"",
                                            "\"file_operations\"",  "\"class_management\"",
                                            "\"student_workflow\"", "\"system_alerts\""};
constexpr std::string_view kPriorities[] = {"\"critical\"", "\"immediate\"", "\"high\"",
                                            "\"standard\"", "\"low\""};

Parsed dead(RecordFault fault, std::string_view detail = {}) {
  return {Outcome::kDead, fault, detail};
}

bool is_string_or_null(const RawField& field) {
  return field.times == 0 || field.type == JsonType::kString || field.type == JsonType::kNull;
}

// An envelope has the notification in `data`; a bare record is the notification itself. If the
// record is incomplete, its other fields decide which form was meant, and so which field is
// missing.
bool is_envelope(const RawRecord& record) {
  const bool named = record.event_type.times != 0 || record.event_id.times != 0;
  const bool bare = record.bare[static_cast<size_t>(EventField::kTeacherId)].times != 0;
  return record.data.times != 0 ? (named || !bare) : (named && !bare);
}

Parsed check_required(const RawNotification& fields) {
  for (const Required& required : kRequired) {
    const RawField& field = fields[static_cast<size_t>(required.field)];
    const std::string_view name = field_name(required.field);
    if (field.times == 0) return dead(RecordFault::kMissingField, name);
    if (field.times > 1) return dead(RecordFault::kDuplicateField, name);
    if (field.type != required.type) return dead(RecordFault::kWrongType, name);
  }
  return {};
}

bool optional_types_fit(const RawNotification& fields) {
  using enum EventField;
  const RawField& action = fields[static_cast<size_t>(kActionRequired)];
  const RawField& timestamp = fields[static_cast<size_t>(kTimestamp)];
  if (action.times != 0 && action.type != JsonType::kBoolean) return false;
  if (timestamp.times != 0 && timestamp.type != JsonType::kString) return false;
  return std::ranges::all_of(
      std::array{kDeadlineTimestamp, kBatchId, kClassId, kStudentId},
      [&](EventField field) { return is_string_or_null(fields[static_cast<size_t>(field)]); });
}

bool is_integer(std::string_view raw) {
  return raw.find_first_of(".eE") == std::string_view::npos;
}

bool envelope_types_fit(const RawRecord& record) {
  const RawField& version = record.schema_version;
  const bool version_fits = version.times == 0 || version.type == JsonType::kNull ||
                            (version.type == JsonType::kNumber && is_integer(version.raw));
  const bool metadata_fits = record.metadata.times == 0 ||
                             record.metadata.type == JsonType::kNull ||
                             record.metadata.type == JsonType::kObject;
  return version_fits && metadata_fits && is_string_or_null(record.event_timestamp) &&
         is_string_or_null(record.source_service) && is_string_or_null(record.event_id) &&
         is_string_or_null(record.event_type);
}

template <class List>
bool contains(const List& list, std::string_view raw) {
  return std::ranges::find(list, raw) != std::end(list);
}

std::string_view plain_text(const RawField& field) {
  if (field.type != JsonType::kString || field.raw.find('\\') != std::string_view::npos) return {};
  return field.raw.substr(1, field.raw.size() - 2);
}

// For a record without an event id. Offsets restart at 0 when a topic is deleted and created again.
std::string position_based_id(const Record& record) {
  return std::string(record.topic) + '/' + std::to_string(record.position.partition) + '/' +
         std::to_string(record.position.offset) + '/' + std::to_string(record.timestamp_ms);
}

void fill_event(const Record& record, const RawRecord& raw, const RawNotification& fields,
                Event& event) {
  assert(!event.user.empty());
  for (size_t i = 0; i < kFieldCount; ++i) event.fields[i] = fields[i].raw;
  event.traceparent = plain_text(raw.traceparent);
  event.tracestate = plain_text(raw.tracestate);
  if (event.traceparent.empty()) {
    event.traceparent = record.header_traceparent;
    event.tracestate = record.header_tracestate;
  }
  event.anomalies.unknown_category = !contains(kCategories, event.field(EventField::kCategory));
  event.anomalies.unknown_priority = !contains(kPriorities, event.field(EventField::kPriority));
  event.anomalies.optional_type = !optional_types_fit(fields);
}

// A type with a lone surrogate cannot be decoded and is returned unchanged, as an external type.
std::string event_type_of(const Record& record, const RawField& field) {
  if (field.type != JsonType::kString) return std::string(record.header_event_type);
  std::string type = decode_string(field.raw);
  return type.empty() && field.raw.size() > 2 ? std::string(field.raw) : type;
}

Parsed read_envelope_id(const Record& record, const RawRecord& raw, Event& event) {
  if (raw.event_id.times > 1) return dead(RecordFault::kDuplicateField, "event_id");
  event.event_id = raw.event_id.type == JsonType::kString ? decode_string(raw.event_id.raw)
                                                          : std::string(record.header_event_id);
  if (event.event_id.empty()) event.event_id = position_based_id(record);
  if (event.event_id.size() > kEventIdBytesMax)
    return dead(RecordFault::kEventIdTooLong, "event_id");
  return {};
}

}  // namespace

EventParser::EventParser(std::vector<std::string> event_types, size_t record_bytes_max)
    : event_types_(std::move(event_types)),
      record_bytes_max_(record_bytes_max),
      reader_(std::make_unique<EventReader>()) {}

EventParser::~EventParser() = default;

size_t EventParser::buffer_bytes() const {
  return reader_->buffer_bytes() + other_type_.capacity();
}

bool EventParser::is_routed_type(std::string_view type) const {
  return type.empty() || std::ranges::any_of(event_types_, [type](std::string_view ours) {
           return type == ours ||
                  (type.ends_with(ours) && type[type.size() - ours.size() - 1] == '.');
         });
}

Parsed EventParser::parse(const Record& record, Event& event) {
  if (!record.has_value) return dead(RecordFault::kTombstone);
  if (record.value.size() > record_bytes_max_) return dead(RecordFault::kTooLarge);
  RawRecord raw;
  const RecordFault fault = reader_->read(record.value, raw);
  if (fault != RecordFault::kNone) return dead(fault);

  const bool envelope = is_envelope(raw);
  if (envelope) {
    if (raw.event_type.times > 1) return dead(RecordFault::kDuplicateField, "event_type");
    if (const std::string type = event_type_of(record, raw.event_type); !is_routed_type(type)) {
      other_type_ = cut_utf8(type, kOtherTypeBytesMax);
      return {Outcome::kExternalType, RecordFault::kNone, other_type_};
    }
    if (raw.data.times == 0) return dead(RecordFault::kMissingField, "data");
    if (raw.data.times > 1) return dead(RecordFault::kDuplicateField, "data");
    if (raw.data.type != JsonType::kObject) return dead(RecordFault::kWrongType, "data");
  }
  const RawNotification& fields = envelope ? raw.inner : raw.bare;
  if (const Parsed wrong = check_required(fields); wrong.outcome == Outcome::kDead) return wrong;
  event.user = decode_string(fields[static_cast<size_t>(EventField::kTeacherId)].raw);
  if (event.user.empty()) return dead(RecordFault::kEmptyUser, "teacher_id");
  if (event.user.size() > kUserBytesMax) return dead(RecordFault::kUserTooLong, "teacher_id");

  fill_event(record, raw, fields, event);
  if (envelope) {
    event.notification = raw.data.raw;
    if (!envelope_types_fit(raw)) event.anomalies.optional_type = true;
    return read_envelope_id(record, raw, event);
  }
  assert(!raw.object.empty());
  event.notification = raw.object;
  event.event_id = position_based_id(record);
  return {};
}

}  // namespace hermod
