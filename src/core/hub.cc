#include "core/hub.h"

#include <algorithm>
#include <cassert>

namespace hermod {
namespace {

constexpr Notice kDegraded{"service_degraded", "redis",
                           "notifications are delayed: the connection to Redis is lost"};
constexpr Notice kRestored{"service_restored", "redis",
                           "notifications are on time again: the connection to Redis is restored"};
constexpr size_t kAnnouncedAtOnce = 128;  // users; writing to them takes about two milliseconds

constexpr Notice kTooLarge{"notifications_dropped", "outbox",
                           "these notifications exceed the size limit of the service", 1};
constexpr Notice kRefused{"notifications_dropped", "client",
                          "the client refused these notifications as too large", 1};

}  // namespace

Hub::Hub(Bus& bus, const CoreContext& context, HubOptions options)
    : bus_(bus),
      clock_(context.clock),
      log_(context.log),
      stats_(context.stats),
      observers_(context.observers),
      options_(std::move(options)) {}

Hub::~Hub() {
  assert(session_count_ == 0);
}

bool Hub::join(Session& session, std::string_view user, std::optional<int64_t> connected_ms) {
  assert(session.user_ == nullptr);
  HubUser& entry = users_.get(user);
  if (entry.session_count >= options_.sessions_per_user_max) return false;
  session.user_ = &entry;
  session.next_ = std::exchange(entry.sessions, &session);
  session.one_by_one_ = refusals_.concerns(user, clock_.steady_ms());
  ++session_count_;
  session.on_joined(connected_ms.value_or(clock_.steady_ms()));
  if (++entry.session_count == 1) {
    entry.subscribed_at_ms = static_cast<uint32_t>(clock_.steady_ms());
    bus_.subscribe(user);
  } else if (entry.subscribed) {
    session.on_subscribed();
  }
  if (degraded_) session.push(session.item_of(kDegraded, StreamId{}));
  session.degraded_ = degraded_;
  return true;
}

void Hub::leave(Session& session) {
  HubUser* entry = std::exchange(session.user_, nullptr);
  if (entry == nullptr) return;
  session.end();
  bus_.write_acknowledged(entry->name());
  Session** link = &entry->sessions;
  while (*link != &session) link = &(*link)->next_;
  *link = session.next_;
  --session_count_;
  if (--entry->session_count != 0) return;
  bus_.unsubscribe(entry->name());
  users_.remove(*entry);
}

void Hub::for_each_session(const std::function<void(Session&)>& visit) {
  users_.for_each([&visit](HubUser& user) {
    for (Session *session = user.sessions, *next = nullptr; session != nullptr; session = next) {
      next = session->next_;
      visit(*session);
    }
  });
}

void Hub::for_each_session_of(std::string_view user, const std::function<void(Session&)>& visit) {
  const HubUser* const entry = users_.find(user);
  for (Session* session = entry != nullptr ? entry->sessions : nullptr; session != nullptr;) {
    Session& visited = *session;
    session = session->next_;
    visit(visited);
  }
}

bool Hub::has_room(std::string_view user) {
  const HubUser* const entry = users_.find(user);
  return entry == nullptr || entry->session_count < options_.sessions_per_user_max;
}

size_t Hub::surplus_of(std::string_view user) {
  const HubUser* const entry = users_.find(user);
  const size_t count = entry != nullptr ? entry->session_count : 0;
  return count - std::min(count, options_.sessions_per_user_max);
}

void Hub::on_text(std::string_view user, StreamId stream_id, std::string_view text,
                  const TraceContext& trace) {
  const HubUser* const entry = users_.find(user);
  if (entry == nullptr) return;  // the user's last connection has just ended
  const SharedFrame::Ref message = traced_message(text, trace);
  for (Session* session = entry->sessions; session != nullptr; session = session->next_) {
    session->on_live(stream_id, message);
  }
}

void Hub::on_subscribed(std::string_view user) {
  HubUser* const entry = users_.find(user);
  if (entry == nullptr) return;
  if (!entry->subscribed) {
    const auto waited_ms = static_cast<uint32_t>(clock_.steady_ms()) - entry->subscribed_at_ms;
    stats_.subscription_seconds.add(static_cast<double>(waited_ms) / 1000);
  }
  entry->subscribed = true;
  for (Session* session = entry->sessions; session != nullptr; session = session->next_) {
    session->on_subscribed();
  }
}

void Hub::on_bus_state(BusState state, std::string_view reason) {
  observers_.on_bus_state(state);
  if (state == BusState::kUp) {
    log_.info("the bus is up");
    return;
  }
  log_.warning("the bus is down: records and replays wait", {{"error", reason}});
}

void Hub::on_memory_lost(OldStreamIds stream_ids) {
  log_.error("the bus lost its data: notifications to offline users may be lost",
             {{"error_detail.error_code", to_string(ErrorCode::kExternalService)},
              {"error_detail.operation", "hub.restore"}});
  if (stream_ids == OldStreamIds::kBelow)
    return;  // new messages are newer, and their count shows the gap
  users_.for_each([](HubUser& user) { user.acknowledged = StreamId{}; });
  for_each_session([](Session& session) { session.on_memory_lost(); });
}

bool Hub::has_memory_for(size_t bytes) const {
  const uint64_t most = options_.outboxes_bytes_max;
  return most == 0 || stats_.outboxes.held_bytes() + held_bytes_ + bytes <= most;
}

void Hub::confirm(HubUser& user, StreamId stream_id) {
  ++stats_.deliveries_confirmed;
  if (!comes_after(stream_id, user.acknowledged)) return;
  user.acknowledged = stream_id;
  refusals_.on_acknowledged(user.name(), stream_id);
  bus_.acknowledge(user.name(), stream_id);
}

void Hub::confirm_after(std::string_view user, StreamId stream_id) {
  if (HubUser* const entry = users_.find(user)) {
    confirm(*entry, stream_id);
  } else {
    ++stats_.deliveries_confirmed;
    refusals_.on_acknowledged(user, stream_id);
    bus_.acknowledge(user, stream_id);
  }
  bus_.write_acknowledged(user);
}

const Notice* Hub::replacement_for(const Session& session, StreamId stream_id,
                                   std::string_view payload) {
  if (payload.size() > options_.outbox.bytes_max) {
    ++stats_.messages_failed["too_large"];
    log_.write_limited("payload_too_large", LogLevel::kWarning,
                       "replaced a message payload larger than OUTBOX_BYTES_MAX by a notice",
                       {{"user", session.user()}, {"bytes", payload.size()}});
    return &kTooLarge;
  }
  return session.one_by_one_ && refusals_.skips(session.user(), stream_id) ? &kRefused : nullptr;
}

// Without delivery pings, a written message counts as acknowledged and is never replayed.
void Hub::on_payload_refused(const Session& session) {
  const StreamId upto = session.unconfirmed();
  if (!upto || options_.delivery_ping_ms == 0) return;
  if (!refusals_.add(session.user(), upto, session.one_by_one_, clock_.steady_ms())) return;
  ++stats_.messages_failed["refused_by_client"];
  log_.warning("skipped a message payload that a client refused twice as too large",
               {{"user", session.user()}, {"stream_id", to_string(upto)}});
}

SharedFrame::Ref Hub::traced_message(std::string_view text, const TraceContext& trace) const {
  SharedFrame::Ref message = SharedFrame::build(text);
  if (tracer_ != nullptr && trace) message->set_trace({trace, tracer_->now()});
  return message;
}

std::string Hub::notice_text(const Notice& notice, std::string_view user) const {
  return build_notice(notice, user, options_.format, options_.topic, options_.service,
                      clock_.wall_ms());
}

void Hub::set_pace(Pace pace) {
  pace_ = pace;
  if (pace == Pace::kImmediate) for_each_session([](Session& session) { session.expedite_ping(); });
}

bool Hub::announce_degraded() {
  if (std::exchange(degraded_, true)) return false;
  observers_.on_degraded();
  return announce();
}

bool Hub::announce_restored() {
  if (!std::exchange(degraded_, false)) return false;
  observers_.on_restored();
  return announce();
}

bool Hub::announce() {
  announced_ = {};
  return announce_some();
}

bool Hub::announce_some() {
  return users_.visit_some(announced_, kAnnouncedAtOnce,
                           [this](const HubUser& user) { announce_to(user); });
}

void Hub::announce_to(const HubUser& user) {
  Outbox::Item item;  // one message for all of the user's connections
  for (Session* session = user.sessions; session != nullptr; session = session->next_) {
    if (session->degraded_ == degraded_ || session->state() == Session::State::kEnded) continue;
    if (!item.message) item = session->item_of(degraded_ ? kDegraded : kRestored, StreamId{});
    session->degraded_ = degraded_;
    session->push(item);
  }
}

}  // namespace hermod
