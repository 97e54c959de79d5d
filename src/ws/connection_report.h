#pragma once
// Reports the start and the end of each connection to the statistics, the log, the tracer and the
// observers. Called by WsPeer.

#include <cstdint>
#include <string_view>

#include "base/audit.h"
#include "base/tracer.h"
#include "core/upgrade.h"

namespace hermod {

class Session;
struct WsShared;

// A connection may last for a day, so its trace has two short spans, connect and disconnect.
// Deliveries link to the first one.
Span begin_connect_span(Tracer& tracer, uint64_t id, std::string_view correlation_id);

// The WebSocket layer refuses the request. The caller counts it.
void report_refused(WsShared& shared, RefusalReason why, const UpgradeRequest& request,
                    std::string_view correlation_id);

// The session has joined the hub. Precondition of the second function: the request has an identity.
void report_connected(WsShared& shared, uint64_t id, const Session& session);
void audit_connected(Audit& audit, uint64_t id, const UpgradeRequest& request,
                     std::string_view correlation_id);

// A connected client sent a new token, which was accepted or refused.
struct RefreshedClient {
  uint64_t id = 0;
  std::string_view user;
};
void audit_refreshed(WsShared& shared, const RefreshedClient& client, const Identity& identity);
void report_refresh_refused(WsShared& shared, const RefreshedClient& client, RefusalReason why);

// The connection of a session that had joined is closed.
struct Disconnect {
  uint64_t id = 0;
  uint16_t code = 0;  // of the first close frame of either side; 0: none
  int64_t lasted_ms = 0;
};
void report_disconnected(WsShared& shared, const Disconnect& end, const Session& session);

}  // namespace hermod
