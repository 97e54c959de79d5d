#pragma once
// Reports the start and the end of each connection to the statistics, the log, the tracer and the
// observers. Called by WsPeer.

#include <cstdint>
#include <string_view>

#include "base/tracer.h"

namespace hermod {

class Session;
struct WsShared;

// A connection may last for a day, so its trace has two short spans, connect and disconnect.
// Deliveries link to the first one.
Span begin_connect_span(Tracer& tracer, uint64_t id, std::string_view correlation_id);

// The session has joined the hub.
void report_connected(WsShared& shared, uint64_t id, const Session& session);

// The connection of a session that had joined is closed.
struct Disconnect {
  uint64_t id = 0;
  uint16_t code = 0;  // of the first close frame of either side; 0: none
  int64_t lasted_ms = 0;
};
void report_disconnected(WsShared& shared, const Disconnect& end, const Session& session);

}  // namespace hermod
