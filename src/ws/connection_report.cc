#include "ws/connection_report.h"

#include "ws/close_payload.h"
#include "ws/ws_shared.h"

namespace hermod {
namespace {

uint16_t code_or_none(const Disconnect& end) {
  return end.code != 0 ? end.code : kNoCloseFrame;
}

void trace_disconnect(Tracer& tracer, const Disconnect& end, const ConnectionTrace& trace) {
  Span span = tracer.begin({"hermod.disconnect", SpanKind::kInternal, trace.context});
  span.set("hermod.connection", end.id);
  span.set("user.id", trace.user);
  span.set("hermod.close_code", code_or_none(end));
  span.set("hermod.lasted_ms", end.lasted_ms);
  tracer.end(span);
}

}  // namespace

Span begin_connect_span(Tracer& tracer, uint64_t id, std::string_view correlation_id) {
  Span span = tracer.begin({"hermod.connect", SpanKind::kServer});
  span.set("hermod.connection", id);
  span.set("correlation_id", correlation_id);
  return span;
}

void report_connected(WsShared& shared, uint64_t id, const Session& session) {
  ++shared.stats.connections_accepted;
  ++shared.stats.connections_active;
  shared.log.debug("a client connected", {{"connection", id}, {"user", session.user()}});
  shared.hub.observers().on_connected(id, session);
}

void report_disconnected(WsShared& shared, const Disconnect& end, const Session& session) {
  shared.hub.observers().on_disconnected(end.id, session, code_or_none(end));
  ++shared.stats.connections_closed;
  --shared.stats.connections_active;
  shared.stats.connection_seconds.add(static_cast<double>(end.lasted_ms) / 1000);
  if (session.trace() != nullptr) trace_disconnect(*shared.options.tracer, end, *session.trace());
  shared.log.debug("a client disconnected", {{"connection", end.id}, {"code", end.code}});
}

}  // namespace hermod
