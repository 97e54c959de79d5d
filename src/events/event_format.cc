#include "events/event_format.h"

#include <simdjson.h>

#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "base/text_hash.h"

namespace hermod {
namespace {

namespace od = simdjson::ondemand;

constexpr std::string_view kStandardKeys[] = {"category",       "priority", "action_required",
                                              "deadline",       "batch_id", "class_id",
                                              "correlation_id", "timestamp"};

struct PayloadField {
  std::string_view raw_key;  // with its quotes
  std::string_view raw_value;
};

// raw_json() and raw_json_token() include the white space up to the next token; it is trimmed.
std::string_view raw_of(od::value value) {
  switch (value.type().value_unsafe()) {
    case od::json_type::array: {
      od::array array = value.get_array().value_unsafe();
      return trim_json_end(array.raw_json().value_unsafe());
    }
    case od::json_type::object: {
      od::object object = value.get_object().value_unsafe();
      return trim_json_end(object.raw_json().value_unsafe());
    }
    default:
      return trim_json_end(value.raw_json_token());
  }
}

// The payload's fields without those that the standard keys replace. The last
// value of a duplicate key counts, as in JSON.parse of every browser. `payload` was validated with
// its record.
std::vector<PayloadField> fields_of(od::parser& parser, const simdjson::padded_string& payload) {
  std::vector<PayloadField> fields;
  // Indexed by the unescaped key, so that two spellings of a key count as the same key.
  std::unordered_map<std::string, size_t, TextHash> index_by_key;
  od::document document = parser.iterate(payload).value_unsafe();
  od::object object = document.get_object().value_unsafe();
  for (auto field : object) {
    const char* begin = field.key().value_unsafe().raw();
    std::string_view key;
    const bool decoded = field.unescaped_key().get(key) == simdjson::SUCCESS;
    const char* end = begin;
    while (*end != '"') end += *end == '\\' ? 2 : 1;
    const std::string_view raw_key{begin - 1, static_cast<size_t>(end - begin) + 2};
    const auto [entry, is_new] =
        index_by_key.try_emplace(std::string(decoded ? key : raw_key), fields.size());
    if (is_new) fields.push_back({});
    fields[entry->second] = {raw_key, raw_of(field.value().value_unsafe())};
  }
  for (const std::string_view key : kStandardKeys) {
    if (const auto found = index_by_key.find(std::string(key)); found != index_by_key.end()) {
      fields[found->second] = {};
    }
  }
  return fields;
}

void append(std::string& out, std::string_view key, std::string_view value,
            std::string_view fallback) {
  if (out.back() != '{') out += ',';
  out += '"';
  out += key;
  out += "\":";
  out += value.empty() ? fallback : value;
}

void append_standard(std::string& out, const Event& event, int64_t now_wall_ms) {
  append(out, "category", event.field(EventField::kCategory), "null");
  append(out, "priority", event.field(EventField::kPriority), "null");
  append(out, "action_required", event.field(EventField::kActionRequired), "false");
  append(out, "deadline", event.field(EventField::kDeadlineTimestamp), "null");
  append(out, "batch_id", event.field(EventField::kBatchId), "null");
  append(out, "class_id", event.field(EventField::kClassId), "null");
  append(out, "correlation_id", event.field(EventField::kCorrelationId), "null");
  if (event.field(EventField::kTimestamp).empty()) {
    append(out, "timestamp", '"' + iso8601(now_wall_ms) + '"', "null");
  } else {
    append(out, "timestamp", event.field(EventField::kTimestamp), "null");
  }
}

void build_event(const Event& event, int64_t now_wall_ms, std::string& out) {
  od::parser parser;
  const simdjson::padded_string payload(event.field(EventField::kPayload));
  out = "{\"event\":";
  out += event.field(EventField::kNotificationType);
  out += ",\"data\":{";
  for (const PayloadField& field : fields_of(parser, payload)) {
    if (field.raw_key.empty()) continue;
    if (out.back() != '{') out += ',';
    out += field.raw_key;
    out += ':';
    out += field.raw_value;
  }
  append_standard(out, event, now_wall_ms);
  out += "}}";
}

}  // namespace

std::string_view published_text(const Event& event, std::string_view value, PublishFormat format,
                                int64_t now_wall_ms, std::string& scratch) {
  switch (format) {
    case PublishFormat::kNotification:
      return event.notification;
    case PublishFormat::kEnvelope:
      return value;
    case PublishFormat::kEvent:
      break;
  }
  build_event(event, now_wall_ms, scratch);
  return scratch;
}

}  // namespace hermod
