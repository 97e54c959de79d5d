#pragma once
// Who is connected, and what goes to whom. One HubUser a connected user, with its sessions; one bus
// subscription for each. Texts come in from the bus and go out to the sessions' outboxes.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/named_set.h"
#include "base/tracer.h"
#include "bus/bus.h"
#include "core/client_refusals.h"
#include "core/format.h"
#include "core/notice.h"
#include "core/observer.h"
#include "core/session.h"
#include "hermod/log.h"
#include "hermod/stats.h"

namespace hermod {

struct HubOptions {
  size_t sessions_per_user_max = 5;  // WEBSOCKET_MAX_CONNECTIONS_PER_USER
  OutboxLimits outbox;
  uint64_t outboxes_bytes_max = 0;  // OUTBOX_TOTAL_BYTES_MAX, of all connections; 0: no bound
  int64_t delivery_ping_ms = 250;   // WEBSOCKET_DELIVERY_PING_MS
  Format format = Format::kNotification;
  std::string topic;    // for notices in envelope form
  std::string service;  // SERVICE_NAME
};

// A connected user, named by its id. The order of the members leaves no holes.
struct HubUser : Named<HubUser> {
  uint16_t session_count = 0;
  // When the subscription was asked for, steady time's low bits: for a difference.
  uint32_t subscribed_at_ms = 0;
  Session* sessions = nullptr;  // a list, newest first
  StreamId acknowledged;        // the highest place any of its sessions confirmed
  bool subscribed = false;      // it stood once; a page asked for while it does not is refused
};

class Hub final : public BusListener {
 public:
  Hub(Bus& bus, const Clock& clock, Log& log, Stats& stats, HubOptions options);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // A connection of `user` begins, which is connected since `connected_ms` (steady; unset: now).
  // False: the user has as many as it may have, and nothing happened.
  [[nodiscard]] bool join(Session& session, std::string_view user,
                          std::optional<int64_t> connected_ms = {});

  // It ended. Idempotent; also for a session that never joined.
  void leave(Session& session);

  // The bus is lost, as seen by users, or restored: says so to each connection, to those that begin
  // meanwhile too. A connection gets what it has not got: never twice the same, never restored
  // before degraded. True: there are more to say it to, by announce_some() in a later iteration.
  bool announce_degraded();
  bool announce_restored();
  bool announce_some();

  // The client of this connection closes it because a message payload was too large for it.
  void on_payload_refused(const Session& session);

  // A connection of `user` that has left by now had everything up to `place`.
  void confirm_after(std::string_view user, StreamId stream_id);

  // Who else wants to know how the bus does: called with each change.
  void watch_bus(std::function<void(BusState)> observer) { bus_watcher_ = std::move(observer); }

  // Null: nobody watches. The watcher outlives the hub, or is taken away before.
  void watch(Observer* observer) { observer_ = observer; }

  // Hurried: a text's ping goes at once, for who waits for the answers; else by delivery_ping_ms.
  enum class Pace { kOptions, kHurried };
  void set_pace(Pace pace);

  void for_each_session(const std::function<void(Session&)>& visit);
  void for_each_session_of(std::string_view user, const std::function<void(Session&)>& visit);

  // Whether one more connection of `user` may join, and how many it has beyond that: some, after
  // the limit was lowered.
  bool has_room(std::string_view user);
  size_t surplus_of(std::string_view user);

  size_t session_count() const { return session_count_; }
  size_t user_count() const { return users_.size(); }

  void set_tracer(Tracer* tracer) { tracer_ = tracer; }  // null: off, as at first

  // Takes effect for what comes: connections that stand keep what they have.
  void set_options(HubOptions options) { options_ = std::move(options); }
  const HubOptions& options() const { return options_; }

  // --- BusListener
  void on_text(std::string_view user, StreamId stream_id, std::string_view text,
               const TraceContext& trace) override;
  void on_subscribed(std::string_view user) override;
  void on_bus_state(BusState state, std::string_view reason) override;
  void on_memory_lost(OldStreamIds stream_ids) override;

 private:
  friend class Session;

  int64_t ping_pace_ms() const { return pace_ == Pace::kHurried ? 0 : options_.delivery_ping_ms; }
  Now now() const { return {clock_.wall_ms(), clock_.steady_ms()}; }
  // Whether so much more may wait for connections without OUTBOX_TOTAL_BYTES_MAX being exceeded.
  bool has_memory_for(size_t bytes) const;
  void confirm(HubUser& user, StreamId stream_id);

  // What is sent to this connection in the place of a message payload that it cannot be sent, since
  // it is larger than an outbox or the client has refused it; null: the payload itself.
  const Notice* instead_of(const Session& session, StreamId stream_id, std::string_view payload);

  SharedFrame::Ref traced_message(std::string_view text, const TraceContext& trace) const;
  std::string notice_text(const Notice& notice, std::string_view user) const;
  bool announce();
  void announce_to(const HubUser& user);

  Bus& bus_;
  const Clock& clock_;
  Log& log_;
  Stats& stats_;
  HubOptions options_;
  Tracer* tracer_ = nullptr;
  NamedSet<HubUser> users_;
  size_t session_count_ = 0;
  NamedSet<HubUser>::Cursor announced_;
  ClientRefusals refusals_;
  uint64_t held_bytes_ = 0;  // external messages that sessions hold during their replay
  bool degraded_ = false;
  Pace pace_ = Pace::kOptions;
  Observer* observer_ = nullptr;
  std::function<void(BusState)> bus_watcher_;
};

}  // namespace hermod
