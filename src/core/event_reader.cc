// Two passes: simdjson's DOM parser, which checks every byte (On-Demand does not check what it
// skips), then On-Demand for the fields' exact bytes. Numbers beyond 64 bits, which DOM refuses
// though RFC 8259 does not, and lone surrogates are blanked and the text validated once more.

#include "core/event_reader.h"

#include <simdjson.h>

#include <utility>

#include "base/text.h"
#include "core/json_numbers.h"
#include "core/json_surrogates.h"

namespace hermod {
namespace {

namespace od = simdjson::ondemand;

constexpr std::array<std::string_view, kFieldCount> kFieldNames{
    "teacher_id",      "notification_type",  "category", "priority", "payload",    "correlation_id",
    "action_required", "deadline_timestamp", "batch_id", "class_id", "student_id", "timestamp"};

JsonType type_of(od::value value) {
  switch (value.type().value_unsafe()) {
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

// Notes a value that is no object, and steps over it. raw_json() reaches up to the next token, so
// the white space behind a value, which is no part of it, is cut here as for raw_json_token().
void note(RawField& field, od::value value, JsonType type) {
  if (field.times < UINT8_MAX) ++field.times;
  field.type = type;
  if (type == JsonType::kArray) {
    od::array array = value.get_array().value_unsafe();
    field.raw = trim_json_end(array.raw_json().value_unsafe());
  } else {
    field.raw = trim_json_end(value.raw_json_token());
  }
}

od::object note_object(RawField& field, od::value value) {
  if (field.times < UINT8_MAX) ++field.times;
  field.type = JsonType::kObject;
  od::object object = value.get_object().value_unsafe();
  field.raw = trim_json_end(object.raw_json().value_unsafe());
  return object;
}

void note_any(RawField& field, od::value value) {
  const JsonType type = type_of(value);
  if (type == JsonType::kObject) {
    note_object(field, value);
  } else {
    note(field, value, type);
  }
}

RawField* find_field(RawNotification& fields, std::string_view key) {
  for (size_t i = 0; i < kFieldCount; ++i) {
    if (key == kFieldNames[i]) return &fields[i];
  }
  return nullptr;
}

// Objects whose own fields matter are read twice: once for their bytes, once for their fields.
template <class Visit>
void read_fields(od::object object, Visit visit) {
  for (auto field : object) {
    std::string_view key;  // stays empty where it holds a lone surrogate: none of ours does
    [[maybe_unused]] const auto error = field.unescaped_key().get(key);
    visit(key, field.value().value_unsafe());
  }
}

void read_data(RawRecord& record, od::value value) {
  const JsonType type = type_of(value);
  if (type != JsonType::kObject) return note(record.data, value, type);
  od::object object = note_object(record.data, value);
  object.reset().value_unsafe();
  read_fields(object, [&](std::string_view key, od::value inner) {
    if (RawField* field = find_field(record.inner, key)) note_any(*field, inner);
  });
}

void read_metadata(RawRecord& record, od::value value) {
  const JsonType type = type_of(value);
  if (type != JsonType::kObject) return note(record.metadata, value, type);
  od::object object = note_object(record.metadata, value);
  object.reset().value_unsafe();
  read_fields(object, [&](std::string_view key, od::value inner) {
    if (key == "traceparent") note_any(record.traceparent, inner);
    if (key == "tracestate") note_any(record.tracestate, inner);
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

// Moves views from the padded copy to the value they were copied from.
class Rebase {
 public:
  Rebase(const std::string& from, std::string_view to) : from_(from.data()), to_(to.data()) {}
  void operator()(RawField& field) const {
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

struct EventReader::Parsers {
  simdjson::dom::parser dom;
  od::parser on_demand;
};

EventReader::EventReader() : parsers_(std::make_unique<Parsers>()) {}

EventReader::~EventReader() = default;

std::string_view field_name(Field field) {
  return kFieldNames[static_cast<size_t>(field)];
}

RecordFault EventReader::validate(std::string_view value) {
  auto parse = [&] {
    const auto* bytes = reinterpret_cast<const uint8_t*>(buffer_.data());
    return parsers_->dom.parse(bytes, value.size(), false).error();
  };
  auto error = parse();
  if (error != simdjson::SUCCESS && error != simdjson::UTF8_ERROR &&
      error != simdjson::DEPTH_ERROR) {
    blank_numbers(buffer_, value.size());
    blank_lone_surrogates(buffer_, value.size());
    error = parse();
    buffer_.replace(0, value.size(), value);
  }
  switch (error) {
    case simdjson::SUCCESS:
      return RecordFault::kNone;
    case simdjson::UTF8_ERROR:
      return RecordFault::kInvalidUtf8;
    case simdjson::DEPTH_ERROR:
      return RecordFault::kTooDeep;
    case simdjson::EMPTY:
      return RecordFault::kEmpty;
    default:
      return RecordFault::kInvalidJson;
  }
}

RecordFault EventReader::read(std::string_view value, RawRecord& record) {
  if (value.starts_with("\xef\xbb\xbf"))
    return RecordFault::kInvalidJson;  // RFC 8259 section 8.1: no BOM
  buffer_.assign(value);
  buffer_.resize(value.size() + simdjson::SIMDJSON_PADDING);
  const RecordFault fault = validate(value);
  if (fault != RecordFault::kNone) return fault;

  od::document document =
      parsers_->on_demand
          .iterate(simdjson::padded_string_view(buffer_.data(), value.size(), buffer_.size()))
          .value_unsafe();
  if (document.type().value_unsafe() != od::json_type::object) return RecordFault::kNotAnObject;
  od::object top = document.get_object().value_unsafe();
  read_fields(top, [&](std::string_view key, od::value field_value) {
    if (key == "data") return read_data(record, field_value);
    if (key == "metadata") return read_metadata(record, field_value);
    if (RawField* field = find_envelope_field(record, key)) note_any(*field, field_value);
  });
  rebase(record, Rebase(buffer_, value));
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
