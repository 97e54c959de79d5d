#include "core/delivery_report.h"

#include <cassert>

namespace hermod {

void count_delivery(Stats& stats, const Outbox::Item& item, int64_t now_wall_ms) {
  assert(item.kind != OutboxKind::kNotice);
  ++stats.messages_sent;
  stats.message_bytes.add(static_cast<double>(item.message->text().size()));
  if (!item.stream_id) return;
  const int64_t age_ms = now_wall_ms - static_cast<int64_t>(item.stream_id.ms);
  stats.event_age_seconds[static_cast<size_t>(item.message->drop_priority())].add(
      age_ms > 0 ? static_cast<double>(age_ms) / 1000 : 0);
}

void trace_delivery(Tracer* tracer, const Delivery& delivery, const Error* error) {
  const SharedFrame::Trace* const trace = delivery.item.message->trace();
  assert(trace != nullptr);
  assert(tracer != nullptr);
  Span span =
      tracer->begin({"hermod.delivery", SpanKind::kProducer, trace->parent, {}, trace->came});
  span.set("user.id", delivery.user);
  span.set("hermod.replayed", delivery.item.kind == OutboxKind::kReplayed);
  if (delivery.connection != nullptr) span.link(delivery.connection->context);
  if (error != nullptr) span.fail(*error, "session.deliver");
  tracer->end(span);
}

}  // namespace hermod
