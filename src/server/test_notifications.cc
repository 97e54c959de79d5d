#include "server/test_notifications.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/random.h"
#include "events/notification_text.h"

namespace hermod {
namespace {

constexpr uint32_t kTopic = 0;

std::string text_of(const RecordPosition& position) {
  return position.topic + ' ' + std::to_string(position.partition) + ' ' +
         std::to_string(position.offset);
}

}  // namespace

Result<std::string> TestNotifications::send(const ConsoleNotification& from) {
  const std::string id = random_uuid();
  Result<std::string> record = record_text(from, id);
  if (!record) return record.error();
  sent_.push_front({.correlation_id = id, .user = from.user, .type = from.type});
  if (sent_.size() > kKeptMax) sent_.pop_back();
  const auto queued = producer_.send(kTopic, from.user, record.take(),
                                     [this, id](const Result<RecordPosition>& position) {
                                       if (!position)
                                         return settle(id, "failed", position.error().message);
                                       settle(id, "acknowledged", text_of(position.value()));
                                     });
  if (queued) return id;
  settle(id, "failed", queued.error().message);
  return queued.error();
}

Result<std::string> TestNotifications::record_text(const ConsoleNotification& from,
                                                   const std::string& id) const {
  assert(!options_.kafka_topics.empty());
  const std::string time = iso8601(clock_.wall_ms());
  Notification notification;
  notification.user = from.user;
  notification.type = from.type;
  notification.category = from.category;
  notification.priority = from.priority;
  notification.payload = from.payload;
  notification.correlation_id = id;
  const auto text = notification_text(notification, time);
  if (!text) return text.error();
  const std::string event_id = random_uuid();
  const std::string& topic = options_.kafka_topics[kTopic];
  return envelope_text({event_id, topic, time, id, "hermod-console"}, text.value());
}

// A notification that newer ones have displaced is not found.
void TestNotifications::settle(const std::string& id, std::string_view state, std::string detail) {
  const auto found =
      std::ranges::find_if(sent_, [&](const ConsoleSent& one) { return one.correlation_id == id; });
  if (found == sent_.end()) return;
  found->state = state;
  found->detail = std::move(detail);
}

}  // namespace hermod
