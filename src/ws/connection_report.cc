#include "ws/connection_report.h"

#include <string>

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

void report_refused(WsShared& shared, RefusalReason why, const UpgradeRequest& request,
                    std::string_view correlation_id) {
  const std::string address = to_string(request.client_address);
  RefusedAttempt refused{
      .why = why, .client = address, .origin = request.origin, .correlation_id = correlation_id};
  if (const auto* identity = std::get_if<Identity>(&request.verdict)) {
    refused.user = identity->user;
    refused.kid = identity->kid;
    refused.value = identity->user;
  }
  report_refusal(shared.log, shared.options.audit, refused);
}

void audit_connected(Audit& audit, uint64_t id, const UpgradeRequest& request,
                     std::string_view correlation_id) {
  const Identity& identity = std::get<Identity>(request.verdict);
  const std::string address = to_string(request.client_address);
  audit.record({.kind = AuditEvent::Kind::kConnect,
                .connection = id,
                .user = identity.user,
                .address = address,
                .origin = request.origin,
                .kid = identity.kid,
                .correlation_id = correlation_id});
}

void audit_refreshed(WsShared& shared, const RefreshedClient& client, const Identity& identity) {
  if (!is_on(shared.options.audit)) return;
  shared.options.audit->record({.kind = AuditEvent::Kind::kRefresh,
                                .connection = client.id,
                                .user = client.user,
                                .kid = identity.kid});
}

void report_refresh_refused(WsShared& shared, const RefreshedClient& client, RefusalReason why) {
  ++shared.stats.refusals[refusal_row(RefusalReason::kRefreshRate).metric];
  const bool is_token = refusal_row(why).reason.starts_with("token_");
  const std::string_view judged = is_token ? shared.verifier.judged() : std::string_view();
  report_refusal(shared.log, shared.options.audit,
                 {.why = why,
                  .value = judged.empty() ? client.user : judged,
                  .user = client.user,
                  .connection = client.id});
}

void report_connected(WsShared& shared, uint64_t id, const Session& session) {
  ++shared.stats.connections_accepted;
  ++shared.stats.connections_active;
  shared.log.debug("a client connected", {{"connection", id}, {"user", session.user()}});
  shared.hub.observers().on_connected(id, session);
}

void report_disconnected(WsShared& shared, const Disconnect& end, const Session& session) {
  shared.hub.observers().on_disconnected(end.id, session, code_or_none(end));
  if (is_on(shared.options.audit)) {
    shared.options.audit->record({.kind = AuditEvent::Kind::kEnd,
                                  .connection = end.id,
                                  .code = code_or_none(end),
                                  .duration_ms = end.lasted_ms});
  }
  ++shared.stats.connections_closed;
  --shared.stats.connections_active;
  shared.stats.connection_seconds.add(static_cast<double>(end.lasted_ms) / 1000);
  if (session.trace() != nullptr) trace_disconnect(*shared.options.tracer, end, *session.trace());
  shared.log.debug("a client disconnected", {{"connection", end.id}, {"code", end.code}});
}

}  // namespace hermod
