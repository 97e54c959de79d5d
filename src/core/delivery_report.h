#pragma once
// Reports the delivery of one message to one connection: its counters and its span. Called by
// SessionDelivery and SessionOutbox.

#include <cstdint>
#include <string_view>

#include "base/tracer.h"
#include "core/connection_trace.h"
#include "core/outbox.h"
#include "hermod/stats.h"

namespace hermod {

// The message was removed from the outbox to be written.
void count_delivery(Stats& stats, const Outbox::Item& item, int64_t now_wall_ms);

struct Delivery {
  const Outbox::Item& item;
  std::string_view user;
  const ConnectionTrace* connection;  // null: not sampled
};

// Writes the span of a delivery. It lasts from the message's arrival in this process until now,
// when it is written to the connection or dropped. Null `error`: written. Precondition: the message
// has a trace, and so tracing is on.
void trace_delivery(Tracer* tracer, const Delivery& delivery, const Error* error);

}  // namespace hermod
