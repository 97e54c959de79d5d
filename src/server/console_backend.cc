#include "server/console_backend.h"

#include <algorithm>
#include <functional>

#include "auth/token_minter.h"
#include "events/notification_text.h"
#include "server/component_options.h"
#include "server/console_list.h"
#include "server/version.h"

namespace hermod {
namespace {

constexpr uint32_t kTokenLifetimeSeconds = 3600;

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

ConsoleBackend::ConsoleBackend(const Dependencies& dependencies)
    : uses_(dependencies),
      dead_letters_(uses_.clock, uses_.options),
      notifications_(uses_.clock, uses_.options, uses_.producer),
      feeds_({uses_.loop, uses_.clock, uses_.options, uses_.hub.observers()}) {}

ConsoleState ConsoleBackend::state(std::string_view user_part) const {
  ConsoleState state;
  state.process = uses_.process_id;
  state.version = kVersion;
  state.users = uses_.hub.user_count();
  state.connections = uses_.hub.session_count();
  state.totals = totals(uses_.stats);
  state.event_age_seconds = ages(uses_.stats);
  state.bus = uses_.bus.status();
  state.source = uses_.source.status();
  list_connections(uses_.ws, user_part, uses_.clock.steady_ms(), state);
  const auto& dead_letters = dead_letters_.newest_first();
  state.dead_letters.assign(dead_letters.begin(), dead_letters.end());
  const auto& sent = notifications_.newest_first();
  state.sent.assign(sent.begin(), sent.end());
  return state;
}

Result<std::string> ConsoleBackend::send(const ConsoleNotification& notification) {
  return notifications_.send(notification);
}

Result<ConsoleToken> ConsoleBackend::mint(std::string_view user) {
  const auto minter = TokenMinter::create(minter_options(uses_.options));
  if (!minter) return minter.error();
  const int64_t now_ms = uses_.clock.wall_ms();
  auto token = minter.value().mint({user, kTokenLifetimeSeconds, now_ms, {}});
  if (!token) return token.error();
  return ConsoleToken{token.take(), now_ms + kTokenLifetimeSeconds * 1000LL};
}

}  // namespace hermod
