#pragma once
// Builds notices, the notifications from the service itself (protocol section 3, service notices).
// They have the configured format, so that a client needs only one parser. Called by SessionHost.

#include <cstdint>
#include <string>
#include <string_view>

#include "events/publish_format.h"

namespace hermod {

struct Notice {
  std::string_view type;  // service_degraded, service_restored, notifications_dropped
  std::string_view component;
  std::string_view message;
  uint64_t count = 0;  // payload.count; 0: the notice has none
};

// A notice of an operator to everybody who is connected.
struct Broadcast {
  std::string type;
  std::string payload;  // a JSON object
  std::string category = "system_alerts";
  std::string priority = "high";
};

// The message payload to send to `user`. `topic` becomes the event_type of the envelope, `service`
// its source_service.
std::string build_notice(const Notice& notice, std::string_view user, PublishFormat format,
                         std::string_view topic, std::string_view service, int64_t now_wall_ms);
std::string build_broadcast(const Broadcast& broadcast, std::string_view user, PublishFormat format,
                            std::string_view topic, std::string_view service, int64_t now_wall_ms);

}  // namespace hermod
