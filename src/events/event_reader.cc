// Reads a value in two passes. The first validates every byte (JsonValidator), because simdjson's
// On-Demand does not validate the values that it skips. The second finds the exact bytes of the
// fields with On-Demand, and checks all errors again.

#include "events/event_reader.h"

#include <simdjson.h>

#include <cassert>
#include <utility>

#include "base/text.h"
#include "events/json_validator.h"

namespace hermod {
namespace {

namespace od = simdjson::ondemand;
using JsonError = simdjson::error_code;

// A parser keeps about twenty times the size of the largest value that it has read. Larger values
// get buffers of their own, which are freed after the reading.
constexpr size_t kKeptValueBytesMax = 65'536;

constexpr std::array<std::string_view, kFieldCount> kFieldNames{
    "teacher_id",      "notification_type",  "category", "priority", "payload",    "correlation_id",
    "action_required", "deadline_timestamp", "batch_id", "class_id", "student_id", "timestamp"};

JsonType type_of(od::json_type type) {
  switch (type) {
    case od::json_type::array:
      return JsonType::kArray;
    case od::json_type::object:
      return JsonType::kObject;
    case od::json_type::number:
      return JsonType::kNumber;
    case od::json_type::string:
      return JsonType::kString;
    case od::json_type::boolean:
      return JsonType::kBoolean;
    default:
      return JsonType::kNull;
  }
}

// Records a value that is not an object, and skips it. raw_json() and raw_json_token() include the
// white space after a value, which is trimmed here.
JsonError note(RawField& field, od::value value, JsonType type) {
  if (field.times < UINT8_MAX) ++field.times;
  field.type = type;
  std::string_view raw = value.raw_json_token();
  if (type == JsonType::kArray) {
    od::array array;
    if (const JsonError error = value.get_array().get(array)) return error;
    if (const JsonError error = array.raw_json().get(raw)) return error;
  }
  field.raw = trim_json_end(raw);
  return simdjson::SUCCESS;
}

JsonError note_object(RawField& field, od::value value, od::object& object) {
  if (field.times < UINT8_MAX) ++field.times;
  field.type = JsonType::kObject;
  if (const JsonError error = value.get_object().get(object)) return error;
  std::string_view raw;
  if (const JsonError error = object.raw_json().get(raw)) return error;
  field.raw = trim_json_end(raw);
  return simdjson::SUCCESS;
}

JsonError note_any(RawField& field, od::value value) {
  od::json_type type;
  if (const JsonError error = value.type().get(type)) return error;
  if (type != od::json_type::object) return note(field, value, type_of(type));
  od::object object;
  return note_object(field, value, object);
}

RawField* find_field(RawNotification& fields, std::string_view key) {
  for (size_t i = 0; i < kFieldCount; ++i) {
    if (key == kFieldNames[i]) return &fields[i];
  }
  return nullptr;
}

template <class Visit>
JsonError read_fields(od::object object, Visit visit) {
  for (auto field : object) {
    std::string_view key;  // empty if the key has a lone surrogate; then it is not a known field
    [[maybe_unused]] const auto undecoded = field.unescaped_key().get(key);
    od::value value;
    if (const JsonError error = field.value().get(value)) return error;
    if (const JsonError error = visit(key, value)) return error;
  }
  return simdjson::SUCCESS;
}

// Objects with fields of interest are read twice: once for their bytes, once for their fields.
template <class Visit>
JsonError read_inner(RawField& outer, od::value value, Visit visit) {
  od::json_type type;
  if (const JsonError error = value.type().get(type)) return error;
  if (type != od::json_type::object) return note(outer, value, type_of(type));
  od::object object;
  if (const JsonError error = note_object(outer, value, object)) return error;
  if (const JsonError error = object.reset().error()) return error;
  return read_fields(object, visit);
}

JsonError read_data(RawRecord& record, od::value value) {
  return read_inner(record.data, value, [&](std::string_view key, od::value inner) {
    RawField* field = find_field(record.inner, key);
    return field != nullptr ? note_any(*field, inner) : simdjson::SUCCESS;
  });
}

JsonError read_metadata(RawRecord& record, od::value value) {
  return read_inner(record.metadata, value, [&](std::string_view key, od::value inner) {
    if (key == "traceparent") return note_any(record.traceparent, inner);
    if (key == "tracestate") return note_any(record.tracestate, inner);
    return simdjson::SUCCESS;
  });
}

RawField* find_envelope_field(RawRecord& record, std::string_view key) {
  if (key == "event_id") return &record.event_id;
  if (key == "event_type") return &record.event_type;
  if (key == "schema_version") return &record.schema_version;
  if (key == "event_timestamp") return &record.event_timestamp;
  if (key == "source_service") return &record.source_service;
  return find_field(record.bare, key);
}

JsonError read_top(RawRecord& record, od::object top) {
  return read_fields(top, [&](std::string_view key, od::value value) {
    if (key == "data") return read_data(record, value);
    if (key == "metadata") return read_metadata(record, value);
    RawField* field = find_envelope_field(record, key);
    return field != nullptr ? note_any(*field, value) : simdjson::SUCCESS;
  });
}

// Moves views from the padded copy to the original value.
class Rebase {
 public:
  Rebase(const std::string& from, std::string_view to) : from_(from.data()), to_(to.data()) {}
  void operator()(RawField& field) const {
    assert(field.times == 0 || field.raw.data() >= from_);
    if (field.times != 0) field.raw = {to_ + (field.raw.data() - from_), field.raw.size()};
  }
  void operator()(RawNotification& fields) const {
    for (RawField& field : fields) (*this)(field);
  }

 private:
  const char* from_;
  const char* to_;
};

void rebase(RawRecord& record, const Rebase& move) {
  move(record.bare);
  move(record.inner);
  for (RawField* field : {&record.event_id, &record.event_type, &record.schema_version,
                          &record.event_timestamp, &record.source_service, &record.metadata,
                          &record.traceparent, &record.tracestate, &record.data}) {
    move(*field);
  }
}

}  // namespace

struct EventReader::Buffers {
  std::string padded;  // a copy of the value, with the padding that simdjson needs after it
  JsonValidator validator;
  od::parser on_demand;
};

EventReader::EventReader() : kept_(std::make_unique<Buffers>()) {}

EventReader::~EventReader() = default;

size_t EventReader::buffer_bytes() const {
  return kept_->padded.capacity();
}

std::string_view field_name(EventField field) {
  return kFieldNames[static_cast<size_t>(field)];
}

RecordFault EventReader::read(std::string_view value, RawRecord& record) {
  if (value.size() <= kKeptValueBytesMax) return read_in(*kept_, value, record);
  Buffers own;
  return read_in(own, value, record);
}

RecordFault EventReader::read_in(Buffers& buffers, std::string_view value, RawRecord& record) {
  if (value.starts_with(kByteOrderMark))
    return RecordFault::kInvalidJson;  // RFC 8259 section 8.1: no BOM
  std::string& padded = buffers.padded;
  padded.assign(value);
  padded.resize(value.size() + simdjson::SIMDJSON_PADDING);
  const RecordFault fault = buffers.validator.validate(padded, value);
  if (fault != RecordFault::kNone) return fault;

  const simdjson::padded_string_view view(padded.data(), value.size(), padded.size());
  od::document document;
  if (buffers.on_demand.iterate(view).get(document)) return RecordFault::kInvalidJson;
  od::object top;
  const JsonError error = document.get_object().get(top);
  if (error == simdjson::INCORRECT_TYPE) return RecordFault::kNotAnObject;
  if (error || read_top(record, top)) return RecordFault::kInvalidJson;
  rebase(record, Rebase(padded, value));
  const size_t first = value.find('{');
  record.object = trim_json_end(value.substr(first));
  return RecordFault::kNone;
}

std::string decode_string(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return std::string(raw.substr(1, raw.size() - 2));
  simdjson::dom::parser parser;
  std::string_view text;
  if (parser.parse(raw.data(), raw.size()).get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

}  // namespace hermod
