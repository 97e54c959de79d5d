#include "core/notice.h"

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/random.h"

namespace hermod {
namespace {

using nlohmann::ordered_json;

ordered_json payload_of(const Notice& notice) {
  ordered_json payload{{"component", notice.component}, {"message", notice.message}};
  if (notice.count != 0) payload["count"] = notice.count;
  return payload;
}

ordered_json notification(const Notice& notice, std::string_view user,
                          std::string_view correlation_id, const std::string& timestamp) {
  return {
      {"teacher_id", user},
      {"notification_type", notice.type},
      {"category", "system_alerts"},
      {"priority", "high"},
      {"payload", payload_of(notice)},
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
ordered_json event(const Notice& notice, std::string_view correlation_id,
                   const std::string& timestamp) {
  ordered_json data = payload_of(notice);
  data.update({
      {"category", "system_alerts"},
      {"priority", "high"},
      {"action_required", false},
      {"deadline", nullptr},
      {"batch_id", nullptr},
      {"class_id", nullptr},
      {"correlation_id", correlation_id},
      {"timestamp", timestamp},
  });
  return {{"event", notice.type}, {"data", std::move(data)}};
}

}  // namespace

std::string build_notice(const Notice& notice, std::string_view user, PublishFormat format,
                         std::string_view topic, std::string_view service, int64_t now_wall_ms) {
  const std::string correlation_id = random_uuid();
  const std::string timestamp = iso8601(now_wall_ms);
  // The user id is valid UTF-8, because it comes from a verified token. The error handler only
  // ensures that dump() cannot throw.
  constexpr auto kReplace = ordered_json::error_handler_t::replace;
  switch (format) {
    case PublishFormat::kNotification:
      return notification(notice, user, correlation_id, timestamp).dump(-1, ' ', false, kReplace);
    case PublishFormat::kEnvelope:
      return envelope(notification(notice, user, correlation_id, timestamp), topic, service)
          .dump(-1, ' ', false, kReplace);
    case PublishFormat::kEvent:
      return event(notice, correlation_id, timestamp).dump(-1, ' ', false, kReplace);
  }
  return {};
}

}  // namespace hermod
