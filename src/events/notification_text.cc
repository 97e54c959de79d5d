#include "events/notification_text.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace hermod {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

Error wrong(std::string what) {
  return {ErrorCode::kValidation, std::move(what)};
}

ordered_json text_or_null(const std::optional<std::string>& text) {
  return text ? ordered_json(*text) : ordered_json(nullptr);
}

// The parser ignores a byte order mark, but the bytes are produced unchanged and JSON allows none.
json parsed(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) return json(json::value_t::discarded);
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

// Appends the field `name` to `object`. `value` is JSON and copied byte for byte.
std::string with_raw(const ordered_json& object, std::string_view name, std::string_view value) {
  std::string text = object.dump();
  text.back() = ',';
  text.append("\"").append(name).append("\":").append(value).append("}");
  return text;
}

Result<void> check_texts(const Notification& from) {
  const std::pair<std::string_view, const std::string*> texts[] = {
      {"USER", &from.user},
      {"TYPE", &from.type},
      {"--category", &from.category},
      {"--priority", &from.priority},
      {"--correlation-id", &from.correlation_id},
      {"--deadline", from.deadline ? &*from.deadline : nullptr},
      {"--batch-id", from.batch_id ? &*from.batch_id : nullptr},
      {"--class-id", from.class_id ? &*from.class_id : nullptr},
      {"--student-id", from.student_id ? &*from.student_id : nullptr}};
  for (const auto& [name, text] : texts) {
    if (text == nullptr || (!text->empty() && is_utf8(*text))) continue;
    return wrong(std::string(name) + " must be a non-empty string in UTF-8");
  }
  return {};
}

// The string field `name`, or an empty string.
std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Result<std::string> notification_text(const Notification& from, std::string_view time) {
  if (const auto checked = check_texts(from); !checked) return checked.error();
  if (!parsed(from.payload).is_object()) {
    return wrong("--payload must be a JSON object");
  }
  const ordered_json fields{{"teacher_id", from.user},
                            {"notification_type", from.type},
                            {"category", from.category},
                            {"priority", from.priority},
                            {"action_required", from.action_required},
                            {"deadline_timestamp", text_or_null(from.deadline)},
                            {"correlation_id", from.correlation_id},
                            {"batch_id", text_or_null(from.batch_id)},
                            {"class_id", text_or_null(from.class_id)},
                            {"student_id", text_or_null(from.student_id)},
                            {"timestamp", time}};
  return with_raw(fields, "payload", from.payload);
}

std::string envelope_text(const EnvelopeFields& fields, std::string_view notification) {
  const ordered_json head{{"event_id", fields.event_id},
                          {"event_type", fields.event_type},
                          {"event_timestamp", fields.time},
                          {"source_service", fields.source_service},
                          {"schema_version", 1},
                          {"correlation_id", fields.correlation_id}};
  return with_raw(head, "data", notification);
}

Result<GivenRecord> read_given_record(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) return wrong("begins with a byte order mark");
  const json object = parsed(text);
  if (!object.is_object()) return wrong("is not a JSON object");
  GivenRecord record;
  record.envelope =
      object.contains("event_type") && object.contains("data") && object["data"].is_object();
  const json& notification = record.envelope ? object["data"] : object;
  record.user = text_of(notification, "teacher_id");
  record.correlation_id = text_of(notification, "correlation_id");
  if (record.user.empty()) return wrong("has no teacher_id");
  return record;
}

}  // namespace hermod
