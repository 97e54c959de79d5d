#pragma once
// The connected users and their sessions. The hub has one HubUser and one bus subscription for each
// connected user. It receives messages from the bus and puts them into the sessions' outboxes. The
// WebSocket layer calls join() and leave().

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
#include "core/core_context.h"
#include "core/notice.h"
#include "core/observers.h"
#include "core/publish_format.h"
#include "core/session.h"
#include "hermod/log.h"
#include "hermod/stats.h"

namespace hermod {

struct HubOptions {
  size_t sessions_per_user_max = 5;  // WEBSOCKET_MAX_CONNECTIONS_PER_USER
  OutboxLimits outbox;
  uint64_t outboxes_bytes_max = 0;  // OUTBOX_TOTAL_BYTES_MAX, of all connections; 0: no limit
  int64_t delivery_ping_ms = 250;   // WEBSOCKET_DELIVERY_PING_MS
  PublishFormat format = PublishFormat::kNotification;
  std::string topic;    // event_type of notices in the envelope format
  std::string service;  // SERVICE_NAME
};

// A connected user, named by its id. The members are ordered so that there is no padding.
struct HubUser : NamedSetItem<HubUser> {
  uint16_t session_count = 0;
  // Steady time of the subscribe request; the low bits suffice to compute how long it took.
  uint32_t subscribed_at_ms = 0;
  Session* sessions = nullptr;  // a list, newest first
  StreamId acknowledged;        // the ack cursor: the highest stream id that a session confirmed
  bool subscribed = false;      // has been confirmed once; the bus rejects pages while it is not
};

class Hub final : public BusListener {
 public:
  Hub(Bus& bus, const CoreContext& context, HubOptions options);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // Adds a connection of `user`. `connected_ms` is the steady time at which it began; unset: now.
  // Returns false, and changes nothing, if the user has the maximum number of connections.
  [[nodiscard]] bool join(Session& session, std::string_view user,
                          std::optional<int64_t> connected_ms = {});

  // Removes a session when its connection ends. Idempotent; does nothing if it never joined.
  void leave(Session& session);

  // Send the notice service_degraded or service_restored to every connection, including those that
  // begin later. A connection never receives the same notice twice in a row, nor service_restored
  // before service_degraded. Returns true if connections are left: call announce_some() in a later
  // loop iteration.
  bool announce_degraded();
  bool announce_restored();
  bool announce_some();

  // Called when the client closes the connection because a message payload was too large for it.
  void on_payload_refused(const Session& session);

  // Confirms everything up to `stream_id` for a connection of `user` that has already left.
  void confirm_after(std::string_view user, StreamId stream_id);

  // When the ping after a message is sent. kImmediate: at once, for a caller that waits for the
  // pongs. kOptions: at most one per delivery_ping_ms.
  enum class Pace { kOptions, kImmediate };
  void set_pace(Pace pace);

  void for_each_session(const std::function<void(Session&)>& visit);
  void for_each_session_of(std::string_view user, const std::function<void(Session&)>& visit);

  // Whether one more connection of `user` may join; and how many connections the user has above the
  // limit, which happens only after the limit was lowered.
  bool has_room(std::string_view user);
  size_t surplus_of(std::string_view user);

  size_t session_count() const { return session_count_; }
  size_t user_count() const { return users_.size(); }

  void set_tracer(Tracer* tracer) { tracer_ = tracer; }  // null: off (the initial state)

  // Applies to new messages and connections; queued messages and existing connections stay.
  void set_options(HubOptions options) { options_ = std::move(options); }
  const HubOptions& options() const { return options_; }
  Observers& observers() const { return observers_; }

  // --- BusListener
  void on_text(std::string_view user, StreamId stream_id, std::string_view text,
               const TraceContext& trace) override;
  void on_subscribed(std::string_view user) override;
  void on_bus_state(BusState state, std::string_view reason) override;
  void on_memory_lost(OldStreamIds stream_ids) override;

 private:
  friend class Session;

  int64_t ping_pace_ms() const { return pace_ == Pace::kImmediate ? 0 : options_.delivery_ping_ms; }
  Instant now() const { return {clock_.wall_ms(), clock_.steady_ms()}; }
  // Whether `bytes` more can be queued without exceeding OUTBOX_TOTAL_BYTES_MAX.
  bool has_memory_for(size_t bytes) const;
  void confirm(HubUser& user, StreamId stream_id);

  // The notice that replaces a message payload which cannot be sent to this connection, because it
  // is larger than an outbox or was refused by the client. Null: the payload can be sent.
  const Notice* replacement_for(const Session& session, StreamId stream_id,
                                std::string_view payload);

  SharedFrame::Ref traced_message(std::string_view text, const TraceContext& trace) const;
  std::string notice_text(const Notice& notice, std::string_view user) const;
  bool announce();
  void announce_to(const HubUser& user);

  Bus& bus_;
  const Clock& clock_;
  Log& log_;
  Stats& stats_;
  Observers& observers_;
  HubOptions options_;
  Tracer* tracer_ = nullptr;
  NamedSet<HubUser> users_;
  size_t session_count_ = 0;
  NamedSet<HubUser>::Cursor announced_;
  ClientRefusals refusals_;
  uint64_t held_bytes_ = 0;  // of external messages that sessions hold during a replay
  bool degraded_ = false;
  Pace pace_ = Pace::kOptions;
};

}  // namespace hermod
