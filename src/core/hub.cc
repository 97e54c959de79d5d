#include "core/hub.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "core/live_message.h"
#include "core/session_frames.h"

namespace hermod {

Hub::Hub(Bus& bus, const CoreContext& context, HubOptions options)
    : host_(bus, context, std::move(options)) {}

Hub::~Hub() {
  assert(session_count_ == 0);
}

bool Hub::join(Session& session, std::string_view user, std::optional<int64_t> connected_ms) {
  assert(!session.joined());
  HubUser& entry = users_.get(user);
  if (entry.session_count >= host_.options.sessions_per_user_max) return false;
  const int64_t now_ms = host_.clock.steady_ms();
  session.join(entry, connected_ms.value_or(now_ms));
  ++session_count_;
  if (entry.session_count == 1) {
    entry.subscribed_at_ms = static_cast<uint32_t>(now_ms);
    host_.bus.subscribe(user);
  }
  leases_.ask(entry);
  return true;
}

void Hub::leave(Session& session, CursorEnd end) {
  if (!session.joined()) return;
  assert(session_count_ > 0);
  session.repeat_position();  // for the hold
  HubUser& entry = session.leave();
  --session_count_;
  if (session.has_position()) host_.bus.end_cursor(entry.name(), session.cursor(), end);
  leases_.on_left(entry);
  if (entry.session_count != 0) return;
  assert(entry.sessions == nullptr);
  host_.bus.unsubscribe(entry.name());
  users_.remove(entry);
}

void Hub::for_each_session(const std::function<void(Session&)>& visit) {
  users_.for_each([&visit](HubUser& user) {
    for (Session *session = user.sessions, *next = nullptr; session != nullptr; session = next) {
      next = session->next();
      visit(*session);
    }
  });
}

void Hub::for_each_session_of(std::string_view user, const std::function<void(Session&)>& visit) {
  const HubUser* const entry = users_.find(user);
  for (Session* session = entry != nullptr ? entry->sessions : nullptr; session != nullptr;) {
    Session& visited = *session;
    session = session->next();
    visit(visited);
  }
}

std::vector<std::string> Hub::user_names() {
  std::vector<std::string> names;
  names.reserve(users_.size());
  users_.for_each([&names](const HubUser& user) { names.emplace_back(user.name()); });
  return names;
}

void Hub::broadcast(const Broadcast& broadcast, std::string_view user) {
  const HubUser* const entry = users_.find(user);
  if (entry == nullptr) return;
  const std::string text = host_.broadcast_text(broadcast, user);
  LiveMessage message(host_, StreamId{}, text, {});
  for (Session* session = entry->sessions; session != nullptr; session = session->next()) {
    if (!session->admitted()) continue;
    session->offer({message.frame(session->form()), StreamId{}, OutboxKind::kNotice});
  }
}

bool Hub::has_room(std::string_view user) {
  const HubUser* const entry = users_.find(user);
  return entry == nullptr || entry->session_count < host_.options.sessions_per_user_max;
}

size_t Hub::surplus_of(std::string_view user) {
  const HubUser* const entry = users_.find(user);
  const size_t count = entry != nullptr ? entry->session_count : 0;
  return count - std::min(count, host_.options.sessions_per_user_max);
}

void Hub::set_revoked(std::string_view user, uint32_t revoked_s) {
  HubUser* const entry = users_.find(user);
  if (entry != nullptr) Session::revoke(*entry, revoked_s);
}

void Hub::compare_again(std::string_view user) {
  HubUser* const entry = users_.find(user);
  if (entry != nullptr && entry->sessions != nullptr) entry->sessions->compare_again();
}

uint32_t Hub::revoked_s(std::string_view user) {
  const HubUser* const entry = users_.find(user);
  return entry != nullptr ? entry->revoked_s : 0;
}

void Hub::on_text(std::string_view user, StreamId stream_id, std::string_view text,
                  const TraceContext& trace) {
  deliver(user, stream_id, text, trace, {});
}

void Hub::on_repeated_text(std::string_view user, StreamId stream_id, std::string_view text,
                           const TraceContext& trace, int64_t first_ms) {
  deliver(user, stream_id, text, trace, first_ms);
}

void Hub::deliver(std::string_view user, StreamId stream_id, std::string_view text,
                  const TraceContext& trace, std::optional<int64_t> first_ms) {
  const HubUser* const entry = users_.find(user);
  if (entry == nullptr) return;  // the user's last connection has just ended
  assert(entry->sessions != nullptr);
  LiveMessage message(host_, stream_id, text, trace);
  for (Session* session = entry->sessions; session != nullptr; session = session->next()) {
    session->on_live(message, first_ms);
  }
}

void Hub::on_subscribed(std::string_view user) {
  HubUser* const entry = users_.find(user);
  if (entry == nullptr) return;
  assert(entry->session_count > 0);
  if (!entry->subscribed) {
    const auto waited_ms = static_cast<uint32_t>(host_.clock.steady_ms()) - entry->subscribed_at_ms;
    host_.stats.subscription_seconds.add(static_cast<double>(waited_ms) / 1000);
  }
  const bool restored = std::exchange(entry->subscribed, true);
  if (std::exchange(entry->moving, false)) announcer_.on_subscribed_again(*entry);
  for (Session* session = entry->sessions; session != nullptr; session = session->next()) {
    if (!session->admitted()) continue;
    if (restored) session->repeat_position();
    session->on_subscribed();
  }
  if (restored) leases_.ask(*entry);
}

void Hub::ask_lease(std::string_view user) {
  if (HubUser* const entry = users_.find(user)) leases_.ask(*entry);
}

void Hub::on_lease_lost(std::string_view user) {
  HubUser* const entry = users_.find(user);
  if (entry == nullptr) return;
  for (Session* one = entry->sessions; one != nullptr; one = one->next()) one->repeat_position();
  leases_.ask(*entry);
}

void Hub::on_lease(std::string_view user, uint32_t granted) {
  if (HubUser* const entry = users_.find(user)) leases_.on_lease(*entry, granted);
}

void Hub::on_seen(std::string_view user, std::span<const StreamId> ids, uint64_t connection) {
  const HubUser* const entry = users_.find(user);
  for (Session* session = entry != nullptr ? entry->sessions : nullptr; session != nullptr;
       session = session->next()) {
    const bool reported = connection != 0 && session->peer().connection() == connection;
    if (session->frames() != nullptr && !reported) session->frames()->on_seen(ids);
  }
}

void Hub::on_user_moved(std::string_view user) {
  HubUser* const entry = users_.find(user);
  if (entry == nullptr) return;
  entry->moving = true;
  announcer_.on_moved(*entry);
}

void Hub::on_bus_state(ShardId shard, BusState state, std::string_view reason) {
  host_.observers.on_bus_state(shard, state);
  const std::string number = std::to_string(shard);
  switch (state) {
    case BusState::kUp:
      return host_.log.info("a shard of the bus is up", {{"shard", number}});
    case BusState::kDown:
      return host_.log.warning("a shard of the bus is down: its records and replays wait",
                               {{"shard", number}, {"error", reason}});
    case BusState::kGone:
      announcer_.forget(shard);
      return host_.log.info("a shard of the bus no longer exists", {{"shard", number}});
  }
}

void Hub::on_memory_lost(ShardId shard, OldStreamIds stream_ids) {
  host_.log.error("the bus lost its data: notifications to offline users may be lost",
                  {{"shard", std::to_string(shard)},
                   {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                   {"error_detail.operation", "hub.restore"}});
  if (stream_ids == OldStreamIds::kBelow)
    return;  // new messages are newer, and their count shows the gap
  users_.for_each([this, shard](HubUser& user) {
    if (host_.bus.shard_of(user.name()) != shard) return;
    for (Session* session = user.sessions; session != nullptr; session = session->next()) {
      session->on_memory_lost();
    }
  });
}

void Hub::confirm_after(std::string_view user, const Cursor& cursor, StreamId stream_id) {
  host_.confirm({.user = user, .stream_id = stream_id, .cursor = cursor, .ended = true});
}

// Without delivery pings, a written message counts as acknowledged and is never replayed.
void Hub::on_payload_refused(const Session& session) {
  const StreamId upto = session.unconfirmed();
  if (!upto || host_.options.delivery_ping_ms == 0) return;
  if (!host_.refusals.add(session.refusing_device(), upto, session.one_by_one(),
                          host_.clock.steady_ms())) {
    return;
  }
  ++host_.stats.messages_failed["refused_by_client"];
  host_.log.warning("skipped a message payload that a client refused twice as too large",
                    {{"user", session.user()}, {"stream_id", to_string(upto)}});
}

void Hub::set_pace(PingPace pace) {
  host_.pace = pace;
  if (pace != PingPace::kImmediate) return;
  for_each_session([](Session& session) { session.expedite_ping(); });
}

}  // namespace hermod
