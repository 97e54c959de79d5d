#include "server/user_feeds.h"

#include <algorithm>
#include <cassert>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "core/session.h"

namespace hermod {
namespace {

using Json = nlohmann::json;

constexpr size_t kPayloadShownMax = 1024;

std::string string_field(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The type of the notification in each of the formats; empty: it has none.
std::string type_of(std::string_view text) {
  const Json message = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (std::string event = string_field(message, "event"); !event.empty()) return event;
  const bool has_data = message.is_object() && message.contains("data");
  return string_field(has_data ? message.at("data") : message, "notification_type");
}

}  // namespace

UserFeeds::UserFeeds(const Dependencies& dependencies)
    : uses_(dependencies), idle_(dependencies.loop, [this] { end_idle(); }) {
  idle_.unref();
}

UserFeeds::~UserFeeds() {
  if (!watches_.empty()) uses_.observers.remove(*this);
}

ConsoleFeed UserFeeds::watch(std::string_view user) {
  const auto known = std::ranges::find(watches_, user, &Watch::user);
  Watch& watch = known != watches_.end() ? *known : watch_of(user);
  watch.asked_ms = uses_.clock.steady_ms();
  ConsoleFeed shown = watch.feed;
  watch.feed.begins = false;
  return shown;
}

UserFeeds::Watch& UserFeeds::watch_of(std::string_view user) {
  if (watches_.size() == kWatchesMax) end(std::ranges::min_element(watches_, {}, &Watch::asked_ms));
  if (watches_.empty()) {
    uses_.observers.add(*this, Observers::Scope::kAll);
    const auto every_ms = static_cast<uint64_t>(uses_.idle_ms);
    idle_.start(every_ms, every_ms);
  }
  Watch& made = watches_.emplace_front();
  made.user = user;
  made.feed = {.begins = true,
               .payloads = !uses_.options.production(),
               .since = iso8601(uses_.clock.wall_ms())};
  assert(watches_.size() <= kWatchesMax);
  return made;
}

void UserFeeds::end(std::list<Watch>::iterator watch) {
  watches_.erase(watch);
  if (!watches_.empty()) return;
  uses_.observers.remove(*this);
  idle_.stop();
}

void UserFeeds::end_idle() {
  const int64_t now_ms = uses_.clock.steady_ms();
  for (auto watch = watches_.begin(); watch != watches_.end();) {
    const auto idle = watch++;
    if (now_ms - idle->asked_ms >= uses_.idle_ms) end(idle);
  }
}

// An external message has no stream id, so each connection that gets it is an event of its own.
void UserFeeds::on_sent(const Session& session, StreamId stream_id, const SharedFrame& message) {
  const auto watch = std::ranges::find(watches_, session.user(), &Watch::user);
  if (watch == watches_.end()) return;
  auto& events = watch->feed.newest_first;
  const auto same =
      stream_id ? std::ranges::find(events, to_string(stream_id), &ConsoleFeedEvent::stream_id)
                : events.end();
  if (same != events.end()) {
    ++same->connections;
    return;
  }
  events.push_front(describe(stream_id, message.text()));
  if (events.size() <= kEventsMax) return;
  events.pop_back();
  ++watch->feed.dropped;
}

ConsoleFeedEvent UserFeeds::describe(StreamId stream_id, std::string_view text) const {
  ConsoleFeedEvent made;
  made.time = iso8601(uses_.clock.wall_ms());
  if (stream_id) made.stream_id = to_string(stream_id);
  made.type = type_of(text);
  made.bytes = text.size();
  made.connections = 1;
  if (!uses_.options.production()) made.payload = cut_utf8(text, kPayloadShownMax);
  return made;
}

}  // namespace hermod
