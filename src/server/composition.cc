#include "server/composition.h"

#include <cassert>
#include <utility>

#include "auth/token_minter.h"
#include "base/process_id.h"
#include "observe/metrics.h"
#include "observe/process.h"
#include "server/component_options.h"
#include "server/version.h"
#include "settings/option_rules.h"

namespace hermod {
namespace {

Result<void> build_verifier(Composition& all) {
  if (!has_key(all.options)) {
    all.generated_key = generate_secret();
    all.options.jwt_secret_key = all.generated_key;
  }
  auto made = JwtVerifier::create(verifier_options(all.options), all.log);
  if (!made) return made.error();
  all.verifier = made.take();
  all.verifier->set_revoked(all.revoked);
  return {};
}

Result<void> build_admin(Composition& all) {
  auto token = admin_token(all.options, all.log);
  if (!token) return token.error();
  all.admin.token = token.take();
  if (!all.generated_key.empty()) all.admin.secret = generate_secret();
  return {};
}

Result<void> build_tracer(Composition& all) {
  if (!all.options.enable_tracing) return {};
  auto tracer = OtlpTracer::create(all.loop, trace_options(all.options), all.log);
  if (!tracer) return tracer.error();
  all.tracer = tracer.take();
  return {};
}

Result<void> build_backends(Composition& all) {
  const BackendContext context{all.loop, all.clock, all.log, all.process_id};
  auto bus = make_bus_backend(context, all.options);
  if (!bus) return bus.error();
  all.bus = bus.take();
  auto records = make_record_backend(context, all.options);
  if (!records) return records.error();
  all.records = records.take();
  if (all.records.presence == nullptr) return {};
  all.presence = std::make_unique<PresenceWriter>(PresenceWriter::Dependencies{
      all.loop, all.log, all.stats, *all.bus.bus, *all.records.presence});
  all.bus.bus->report_presence(all.presence.get());
  return {};
}

Result<void> build_core(Composition& all) {
  const CoreContext context{all.clock, all.log, all.stats, all.observers, all.tracer.get()};
  all.hub = std::make_unique<Hub>(*all.bus.bus, context, hub_options(all.options));
  all.ingest = std::make_unique<Ingest>(*all.records.source, *all.bus.bus, context,
                                        ingest_options(all.options));
  all.observers.add(all.ingest->shard_observer(), Observers::Scope::kRare);
  all.outage = std::make_unique<OutageNotifier>(all.loop, all.clock, *all.hub);
  all.observers.add(*all.outage, Observers::Scope::kRare);
  return {};
}

Result<void> build_websockets(Composition& all) {
  auto context = LwsContext::create(all.loop, all.log);
  if (!context) return context.error();
  all.lws = context.take();
  WsOptions made = ws_options(all.options);
  made.tracer = all.tracer.get();
  made.audit = &all.audit;
  all.ws = std::make_unique<WsServer>(all.loop, *all.lws, *all.hub, *all.verifier, all.clock,
                                      all.log, all.stats, made);
  return {};
}

// Over the assigned partitions; unset if that of one is unknown.
std::optional<int64_t> lag_of(const SourceStatus& source) {
  int64_t sum = 0;
  for (const SourceStatus::Lag& one : source.lag) {
    if (one.records < 0) return std::nullopt;
    sum += one.records;
  }
  return sum;
}

FleetTotals fleet_totals(const FleetService& fleet) {
  if (!fleet.ready()) return {};
  FleetTotals totals;
  for (const FleetProcess& process : fleet.processes()) {
    ++totals.processes;
    totals.connections += process.connections;
  }
  return totals;
}

FleetProcess report_of(const Composition& all) {
  const SourceStatus source = all.records.source->status();
  FleetProcess made;
  made.id = all.process_id;
  made.host = host_name();
  made.version = kVersion;
  made.since_ms = all.started_wall_ms;
  made.connections = all.hub->session_count();
  made.users = all.hub->user_count();
  made.consumes = source.consumes;
  made.lag = source.consumes ? lag_of(source) : std::nullopt;
  made.ready = all.readiness->ready();
  return made;
}

Result<void> build_fleet(Composition& all) {
  all.fleet_connections = std::make_unique<FleetConnections>(
      all.loop, all.clock, all.options, *all.bus.bus, *all.hub, *all.ws, all.revoked);
  all.fleet = std::make_unique<FleetService>(
      FleetService::Dependencies{all.process_id, all.loop, all.clock, all.log, *all.bus.fleet,
                                 *all.fleet_connections, all.stats},
      [&all] { return report_of(all); });
  all.bus.bus->set_liveness(all.fleet.get());
  all.ws->set_quota_probe(all.fleet.get());
  return {};
}

Result<void> build_pages(Composition& all) {
  const Source& source = *all.records.source;
  all.readiness = std::make_unique<Readiness>(Readiness::Dependencies{
      all.clock, *all.bus.bus, source, all.ingest->external_types(), all.reload});
  all.health = std::make_unique<Health>(
      Health::Dependencies{all.options, all.clock, *all.bus.bus, source, *all.ws, *all.readiness},
      [&all] { return all.metrics(); });
  all.console_backend = std::make_unique<ConsoleBackend>(
      ConsoleBackend::Dependencies{all.loop, all.options, all.process_id, all.clock, all.stats,
                                   *all.bus.bus, source, *all.records.producer, *all.hub, *all.ws});
  all.observers.add(all.console_backend->dead_letter_observer(), Observers::Scope::kRare);
  all.admin_access = std::make_unique<AdminAccess>(
      AdminAccessDependencies{all.clock, all.log, all.stats, &all.audit}, all.admin);
  all.console =
      std::make_unique<Console>(ConsoleDependencies{*all.console_backend, *all.health, all.clock,
                                                    *all.admin_access, &all.audit},
                                console_options(all.options));
  all.api = std::make_unique<Api>(
      ApiDependencies{all.fleet.get(), *all.health, all.clock, *all.admin_access, &all.audit});
  return {};
}

Result<void> build_http(Composition& all) {
  const Options& options = all.options;
  const int descriptor_limit = all.lws->descriptor_limit();
  auto upgrade_policy = upgrade_policy_options(options, connections_max(options, descriptor_limit));
  if (!upgrade_policy) return upgrade_policy.error();
  const std::string_view default_host = all.generated_key.empty() ? "0.0.0.0" : "127.0.0.1";
  all.host = options.websocket_host.empty() ? default_host : options.websocket_host;
  HttpServerOptions made;
  made.listen.host = all.host;
  made.listen.port = options.websocket_port;
  made.listen.inherited_descriptor = options.listening_descriptor;
  made.listen.descriptors_max = descriptor_limit;
  made.upgrade_policy = upgrade_policy.take();
  made.connection_manager.descriptors_max = descriptor_limit;
  HttpServerDependencies uses{*all.verifier,
                              all.clock,
                              all.log,
                              all.stats,
                              *all.health,
                              *all.ws,
                              {all.console.get(), all.api.get()}};
  uses.audit = &all.audit;
  if (has_admin_port(options)) {
    HttpServerOptions admin = made;
    admin.listen = {.host = options.admin_host, .port = static_cast<uint16_t>(options.admin_port)};
    admin.listen.descriptors_max = descriptor_limit;
    admin.websockets = WebSocketPaths::kRefused;
    all.admin_http_server = std::make_unique<HttpServer>(all.loop, uses, std::move(admin));
    std::swap(uses.pages, uses.hidden);
  }
  made.pages = public_pages_options(options, *all.admin_access);
  all.http_server = std::make_unique<HttpServer>(all.loop, uses, std::move(made));
  all.ws->on_mass_disconnect([http = all.http_server.get()] { http->accept_pending(); });
  return {};
}

Result<void> build_shutdown(Composition& all) {
  all.shutdown = std::make_unique<Shutdown>(
      Shutdown::Dependencies{*all.readiness, *all.http_server, all.admin_http_server.get(), *all.ws,
                             *all.records.source, *all.records.producer, all.presence.get(),
                             *all.bus.bus, *all.outage, *all.fleet, *all.lws, all.tracer.get()});
  return {};
}

}  // namespace

Composition::Composition(uv_loop_t* on_loop, Options from, Log& to_log)
    : loop(on_loop),
      options(std::move(from)),
      log(to_log),
      audit(to_log, clock, [this] { audit_timer.start(AuditLog::kWindowMs); }),
      audit_timer(on_loop, [this] { audit.flush(); }),
      loop_monitor(on_loop, options.own_loop ? LoopMonitor::Loop::kOwn : LoopMonitor::Loop::kShared,
                   clock, stats) {
  reload.wall_ms = started_wall_ms;
  audit.set_on(options.audit_log);
}

Result<void> Composition::build() {
  assert(shutdown == nullptr);
  for (const auto step : {build_verifier, build_admin, build_tracer, build_backends, build_core,
                          build_websockets, build_fleet, build_pages, build_http, build_shutdown}) {
    if (auto built = step(*this); !built) return built;
  }
  return {};
}

std::string Composition::metrics() const {
  return render_metrics({stats, bus.bus->status(), records.source->status(), read_process_usage(),
                         tracer ? tracer->status() : TraceStatus(), kVersion, options.environment,
                         readiness->ready(), reload, loop_monitor.longest_iteration_seconds(),
                         fleet_totals(*fleet)});
}

}  // namespace hermod
