#include "core/notice.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/clock.h"
#include "base/random.h"

namespace hermod {
namespace {

using nlohmann::ordered_json;

struct Content {
  std::string_view type;
  std::string_view category;
  std::string_view priority;
  ordered_json payload;
};

Content content_of(const Notice& notice) {
  ordered_json payload{{"component", notice.component}, {"message", notice.message}};
  if (notice.count != 0) payload["count"] = notice.count;
  return {notice.type, "system_alerts", "high", std::move(payload)};
}

// A payload that is not an object, which the API refuses, is left out.
Content content_of(const Broadcast& broadcast) {
  ordered_json payload = ordered_json::parse(broadcast.payload, nullptr, false);
  if (!payload.is_object()) payload = ordered_json::object();
  return {broadcast.type, broadcast.category, broadcast.priority, std::move(payload)};
}

ordered_json notification(const Content& content, std::string_view user,
                          std::string_view correlation_id, const std::string& timestamp) {
  return {
      {"teacher_id", user},
      {"notification_type", content.type},
      {"category", content.category},
      {"priority", content.priority},
      {"payload", content.payload},
      {"action_required", false},
      {"correlation_id", correlation_id},
      {"timestamp", timestamp},
  };
}

ordered_json envelope(ordered_json data, std::string_view topic, std::string_view service) {
  return {
      {"event_id", random_uuid()},
      {"event_type", topic},
      {"event_timestamp", data["timestamp"]},
      {"source_service", service},
      {"schema_version", 1},
      {"correlation_id", data["correlation_id"]},
      {"data", std::move(data)},
      {"metadata", nullptr},
  };
}

// The `event` format: the payload's fields and the standard fields in one object.
ordered_json event(const Content& content, std::string_view correlation_id,
                   const std::string& timestamp) {
  ordered_json data = content.payload;
  data.update({
      {"category", content.category},
      {"priority", content.priority},
      {"action_required", false},
      {"deadline", nullptr},
      {"batch_id", nullptr},
      {"class_id", nullptr},
      {"correlation_id", correlation_id},
      {"timestamp", timestamp},
  });
  return {{"event", content.type}, {"data", std::move(data)}};
}

std::string build(const Content& content, std::string_view user, PublishFormat format,
                  std::string_view topic, std::string_view service, int64_t now_wall_ms) {
  const std::string correlation_id = random_uuid();
  const std::string timestamp = iso8601(now_wall_ms);
  // The user id is valid UTF-8, because it comes from a verified token. The error handler only
  // ensures that dump() cannot throw.
  constexpr auto kReplace = ordered_json::error_handler_t::replace;
  switch (format) {
    case PublishFormat::kNotification:
      return notification(content, user, correlation_id, timestamp).dump(-1, ' ', false, kReplace);
    case PublishFormat::kEnvelope:
      return envelope(notification(content, user, correlation_id, timestamp), topic, service)
          .dump(-1, ' ', false, kReplace);
    case PublishFormat::kEvent:
      return event(content, correlation_id, timestamp).dump(-1, ' ', false, kReplace);
  }
  return {};
}

}  // namespace

std::string build_notice(const Notice& notice, std::string_view user, PublishFormat format,
                         std::string_view topic, std::string_view service, int64_t now_wall_ms) {
  return build(content_of(notice), user, format, topic, service, now_wall_ms);
}

std::string build_broadcast(const Broadcast& broadcast, std::string_view user, PublishFormat format,
                            std::string_view topic, std::string_view service, int64_t now_wall_ms) {
  return build(content_of(broadcast), user, format, topic, service, now_wall_ms);
}

}  // namespace hermod
