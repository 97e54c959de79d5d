#pragma once
// The components of a server, and the order in which they are built and destroyed. Only server.cc
// uses it: each component gets references to those that it needs.

#include <memory>
#include <string>

#include "api/api.h"
#include "auth/jwt_verifier.h"
#include "base/clock.h"
#include "base/process_id.h"
#include "console/console.h"
#include "core/hub.h"
#include "core/ingest.h"
#include "core/observers.h"
#include "fleet/fleet_service.h"
#include "hermod/log.h"
#include "hermod/options.h"
#include "hermod/stats.h"
#include "http/admin_access.h"
#include "http/http_server.h"
#include "lws/lws_context.h"
#include "observe/audit_log.h"
#include "observe/reload_status.h"
#include "presence/presence_writer.h"
#include "server/backends.h"
#include "server/console_backend.h"
#include "server/fleet_connections.h"
#include "server/health.h"
#include "server/loop_monitor.h"
#include "server/outage_notifier.h"
#include "server/readiness.h"
#include "server/shutdown.h"
#include "tracing/otlp_tracer.h"
#include "uv/timer.h"
#include "ws/ws_server.h"

namespace hermod {

struct Composition {
  Composition(uv_loop_t* on_loop, Options from, Log& to_log);

  // Builds all components. After an error none of them has started: they can be destroyed at once.
  Result<void> build();

  std::string metrics() const;  // in the Prometheus text format

  uv_loop_t* loop;
  Options options;
  Log& log;
  MovableClock clock;
  const int64_t started_wall_ms = clock.wall_ms();
  Stats stats;
  Observers observers;
  AuditLog audit;
  uv::Timer audit_timer;  // writes the refusals that the audit log collapsed
  ReloadStatus reload;
  LoopMonitor loop_monitor;
  RevokedTokens revoked;
  const std::string process_id = make_process_id();
  std::string generated_key;
  AdminSecrets admin;  // its secret exists only with a generated key
  std::string host;    // the address that the server listens on

  // Destroyed in reverse order: each component uses the ones that are declared before it.
  std::unique_ptr<OtlpTracer> tracer;  // null: tracing is off
  std::unique_ptr<JwtVerifier> verifier;
  BusBackend bus;
  RecordBackend records;
  std::unique_ptr<PresenceWriter> presence;  // null: presence events are off
  std::unique_ptr<Hub> hub;
  std::unique_ptr<Ingest> ingest;
  std::unique_ptr<OutageNotifier> outage;
  std::unique_ptr<LwsContext> lws;
  std::unique_ptr<WsServer> ws;
  std::unique_ptr<FleetConnections> fleet_connections;
  std::unique_ptr<FleetService> fleet;
  std::unique_ptr<Readiness> readiness;
  std::unique_ptr<Health> health;
  std::unique_ptr<ConsoleBackend> console_backend;
  std::unique_ptr<AdminAccess> admin_access;
  std::unique_ptr<Console> console;
  std::unique_ptr<Api> api;
  std::unique_ptr<HttpServer> http_server;
  std::unique_ptr<HttpServer> admin_http_server;  // null: ADMIN_PORT is unset
  std::unique_ptr<Shutdown> shutdown;
};

}  // namespace hermod
