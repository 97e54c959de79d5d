#include "server/console_backend.h"

#include <algorithm>
#include <functional>

#include "auth/token_minter.h"
#include "base/escape.h"
#include "base/random.h"
#include "core/notification_text.h"
#include "server/component_options.h"
#include "server/components.h"
#include "server/console_list.h"
#include "server/version.h"

namespace hermod {
namespace {

constexpr size_t kDeadLettersKept = 20;
constexpr size_t kSentKept = 20;
constexpr uint32_t kTokenLifetimeSeconds = 3600;

template <class T>
void keep(std::deque<T>& kept, T item, size_t most) {
  kept.push_front(std::move(item));
  if (kept.size() > most) kept.pop_back();
}

uint64_t sum(const Stats::Counts& counts) {
  uint64_t total = 0;
  for (const auto& [label, count] : counts) total += count;
  return total;
}

// The histogram of all priorities together.
ConsoleHistogram ages(const Stats& stats) {
  ConsoleHistogram all{{kAgeBounds.begin(), kAgeBounds.end()},
                       std::vector<uint64_t>(kAgeBounds.size() + 1)};
  for (const auto& of_priority : stats.event_age_seconds) {
    std::transform(all.counts.begin(), all.counts.end(), of_priority.counts().begin(),
                   all.counts.begin(), std::plus<>());
  }
  return all;
}

std::map<std::string_view, uint64_t> totals(const Stats& stats) {
  return {{"records_received", stats.records_received},
          {"records_routed", stats.records_routed},
          {"records_repeated", stats.records_repeated},
          {"records_in_flight", stats.records_in_flight},
          {"dead_letters", sum(stats.dead_letters)},
          {"messages_sent", stats.messages_sent},
          {"messages_failed", sum(stats.messages_failed)},
          {"messages_replayed", stats.messages_replayed},
          {"messages_dropped", stats.messages_dropped},
          {"deliveries_confirmed", stats.deliveries_confirmed},
          {"connections_accepted", stats.connections_accepted},
          {"connections_rejected", stats.connections_rejected},
          {"connections_closed", stats.connections_closed}};
}

}  // namespace

void ConsoleBackend::on_dead_letter(const DeadRecord& record) {
  ConsoleDeadLetter letter;
  letter.time = iso8601(components_.clock.wall_ms());
  letter.topic = components_.options.kafka_topics[record.position.topic];
  letter.partition = record.position.partition;
  letter.offset = record.position.offset;
  letter.reason = record.why.reason;
  letter.field = escaped(record.field);
  letter.bytes = record.value.size();
  if (!components_.options.production()) {
    letter.user = escaped(record.key);
    letter.value = escaped(record.value);
  }
  keep(dead_letters_, std::move(letter), kDeadLettersKept);
}

ConsoleState ConsoleBackend::state(std::string_view user_part) const {
  ConsoleState state;
  state.version = kVersion;
  state.users = components_.hub->user_count();
  state.connections = components_.hub->session_count();
  state.totals = totals(components_.stats);
  state.event_age_seconds = ages(components_.stats);
  state.bus = components_.bus->status();
  state.source = components_.source->status();
  list_connections(*components_.ws, user_part, components_.clock.steady_ms(), state);
  state.dead_letters.assign(dead_letters_.begin(), dead_letters_.end());
  state.sent.assign(sent_.begin(), sent_.end());
  return state;
}

Result<std::string> ConsoleBackend::send(const ConsoleNotification& from) {
  const std::string id = random_uuid();
  const std::string time = iso8601(components_.clock.wall_ms());
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
  const std::string& topic = components_.options.kafka_topics.front();
  std::string record = envelope_text({event_id, topic, time, id, "hermod-console"}, text.value());
  keep(sent_, {.correlation_id = id, .user = from.user, .type = from.type}, kSentKept);
  if (auto given = hand_over(from.user, std::move(record), id); !given) {
    settle(id, "failed", given.error().message);
    return given.error();
  }
  return id;
}

Result<void> ConsoleBackend::hand_over(std::string user, std::string record,
                                       const std::string& correlation_id) {
  return components_.producer->send(
      0, std::move(user), std::move(record),
      [this, correlation_id](const Result<RecordPosition>& position) {
        if (!position) return settle(correlation_id, "failed", position.error().message);
        settle(correlation_id, "acknowledged",
               position.value().topic + ' ' + std::to_string(position.value().partition) + ' ' +
                   std::to_string(position.value().offset));
      });
}

void ConsoleBackend::settle(const std::string& correlation_id, std::string_view state,
                            std::string detail) {
  const auto found = std::find_if(sent_.begin(), sent_.end(), [&](const ConsoleSent& one) {
    return one.correlation_id == correlation_id;
  });
  if (found == sent_.end()) return;
  found->state = state;
  found->detail = std::move(detail);
}

Result<ConsoleToken> ConsoleBackend::mint(std::string_view user) {
  const auto minter = TokenMinter::create(minter_options(components_.options));
  if (!minter) return minter.error();
  const int64_t now_ms = components_.clock.wall_ms();
  auto token = minter.value().mint({user, kTokenLifetimeSeconds, now_ms, {}});
  if (!token) return token.error();
  return ConsoleToken{token.take(), now_ms + kTokenLifetimeSeconds * 1000LL};
}

}  // namespace hermod
