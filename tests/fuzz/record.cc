// Fuzzes the value of a Kafka record without a key. The fields of a routable record must agree with
// those that another JSON library reads.
#include <nlohmann/json.hpp>
#include <string>

#include "events/event_format.h"
#include "events/event_parser.h"
#include "fuzz/fuzz.h"

namespace hermod::fuzz {
namespace {

using nlohmann::json;

constexpr const char* kTopic = "huleedu.teacher.notification.requested.v1";
constexpr size_t kRecordBytesMax = 64 * 1024;

bool is_surrogate(std::string_view escape) {
  return escape.size() == 6 && escape[1] == 'u' && (escape[2] | 0x20) == 'd' && escape[3] > '7' &&
         escape.find_first_not_of("0123456789abcdefABCDEF", 2) == escape.npos;
}

// Replaces escapes of surrogates by letters: unpaired surrogates are valid JSON, but the other
// library rejects them. Invalid JSON stays invalid.
std::string without_surrogates(std::string text) {
  for (size_t at = text.find('\\'); at < text.size(); at = text.find('\\', at + 2)) {
    if (is_surrogate(std::string_view(text).substr(at, 6))) text.replace(at, 6, 6, 'x');
  }
  return text;
}

bool is_json(const std::string& text) {
  try {
    return json::parse(text).is_object();
  } catch (const json::out_of_range&) {
    return true;
  } catch (const json::parse_error&) {
    return false;
  }
}

// Empty if the text contains valid JSON that the other library does not support: a number out of
// its range, or an unpaired surrogate.
std::optional<json> other_reading(std::string_view text) {
  try {
    return json::parse(text);
  } catch (const json::out_of_range&) {
    return std::nullopt;
  } catch (const json::parse_error&) {
    check(is_json(without_surrogates(std::string(text))), "a routable record is JSON");
  }
  return std::nullopt;
}

void judge(const Event& event, std::string_view value) {
  check(!event.user.empty() && event.user.size() <= kUserBytesMax, "the user id is valid");
  check(!event.event_id.empty() && event.event_id.size() <= kEventIdBytesMax,
        "the event id is valid");
  check(value.find(event.notification) != std::string_view::npos,
        "the notification is part of the record");
  if (!other_reading(value)) return;
  const auto notification = other_reading(event.notification);
  check(notification && notification->is_object(), "a notification is an object");
  check(notification->at("teacher_id").get<std::string>() == event.user,
        "the user is the teacher_id");
  check(notification->at("payload").is_object(), "a payload is an object");
  std::string scratch;
  for (const PublishFormat format :
       {PublishFormat::kNotification, PublishFormat::kEnvelope, PublishFormat::kEvent}) {
    const auto text =
        other_reading(published_text(event, value, format, 1'700'000'000'000, scratch));
    check(text && text->is_object(), "a published payload is an object");
    if (format == PublishFormat::kEvent)
      check(text->at("event") == notification->at("notification_type"), "the event has its type");
  }
}

void run(std::string_view value) {
  static EventParser parser({kTopic}, kRecordBytesMax);
  Record record;
  record.topic = kTopic;
  record.has_value = true;
  record.value = value;
  Event event;
  const EventParser::Parsed parsed = parser.parse(record, event);
  check((parsed.outcome == EventParser::Outcome::kDead) == (parsed.fault != RecordFault::kNone),
        "exactly the dead letters have a fault");
  if (parsed.outcome == EventParser::Outcome::kRoutable) judge(event, value);
}

}  // namespace
}  // namespace hermod::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hermod::fuzz::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
