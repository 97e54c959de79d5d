#pragma once
// The state and the services that all sessions of a hub share: the options, the bus, and the limits
// over all connections. Owned by Hub; the sessions refer to it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/tracer.h"
#include "bus/bus.h"
#include "core/client_refusals.h"
#include "core/core_context.h"
#include "core/instant.h"
#include "core/notice.h"
#include "core/observers.h"
#include "core/outbox.h"
#include "events/publish_format.h"
#include "frames/server_frames.h"
#include "hermod/log.h"
#include "hermod/stats.h"

namespace hermod {

struct HubOptions {
  size_t sessions_per_user_max = 5;  // WEBSOCKET_MAX_CONNECTIONS_PER_USER
  OutboxLimits outbox;
  uint64_t outboxes_bytes_max = 0;    // OUTBOX_TOTAL_BYTES_MAX, of all connections; 0: no limit
  int64_t delivery_ping_ms = 250;     // WEBSOCKET_DELIVERY_PING_MS
  uint32_t revocation_s = 2'592'010;  // how long a revocation of tokens is stored
  PublishFormat format = PublishFormat::kNotification;
  std::string topic;    // event_type of notices in the envelope format
  std::string service;  // SERVICE_NAME
};

// When the ping after a message is sent. kImmediate: at once, for a caller that waits for the
// pongs. kOptions: at most one per delivery_ping_ms.
enum class PingPace : uint8_t { kOptions, kImmediate };

struct SessionHost {
  SessionHost(Bus& to_bus, const CoreContext& context, HubOptions from);

  Instant now() const { return {clock.wall_ms(), clock.steady_ms()}; }
  int64_t ping_pace_ms() const {
    return pace == PingPace::kImmediate ? 0 : options.delivery_ping_ms;
  }

  // Whether `bytes` more can be queued without exceeding OUTBOX_TOTAL_BYTES_MAX.
  bool has_memory_for(size_t bytes) const;

  // A notice for `user`, to put into an outbox. `stream_id` is that of the last message that it
  // replaces, or null.
  Outbox::Item notice_item(const Notice& notice, std::string_view user, StreamId stream_id) const;

  // The message payload of a notice of an operator.
  std::string broadcast_text(const Broadcast& broadcast, std::string_view user) const;

  // The frame of a message payload, with its trace if tracing is on.
  SharedFrame::Ref build_frame(std::string_view text, const TraceContext& trace) const;

  // The same message payload in a frame `notification` of hermod.v1.
  SharedFrame::Ref build_notification(const NotificationFacts& facts, std::string_view text,
                                      const TraceContext& trace) const;

  // A client of the user has confirmed everything up to the stream id.
  void confirm(const Acknowledgement& acknowledgement);

  Bus& bus;
  const Clock& clock;
  Log& log;
  Stats& stats;
  Observers& observers;
  Tracer* tracer;  // null: off
  HubOptions options;
  ClientRefusals refusals;
  uint64_t held_bytes = 0;  // of external messages that sessions hold during a replay
  PingPace pace = PingPace::kOptions;
};

}  // namespace hermod
