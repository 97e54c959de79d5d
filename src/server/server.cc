#include "hermod/server.h"

#include <cassert>
#include <utility>

#include "base/url_host.h"
#include "server/composition.h"
#include "server/internals.h"
#include "server/reload.h"
#include "settings/option_rules.h"
#include "settings/option_warnings.h"
#include "uv/keep_alive.h"
#include "uv/unref_all.h"

namespace hermod {
namespace {

std::string url_of(const std::string& host, uint16_t port) {
  return "http://" + url_host(host) + ':' + std::to_string(port);
}

}  // namespace

struct Server::State {
  enum class Phase { kBuilt, kStarted, kClosing };  // kStarted: also if start() failed

  State(uv_loop_t* loop, const Options& options, Log& log)
      : release(options.releasable ? std::make_unique<uv::UnrefAll>(loop) : nullptr),
        hold(options.releasable ? std::make_unique<uv::KeepAlive>(loop) : nullptr),
        composition(loop, options, log) {}

  void enter(Phase next);

  // Created before the components (uv/unref_all.h), and only if an embedder requested them.
  std::unique_ptr<uv::UnrefAll> release;
  std::unique_ptr<uv::KeepAlive> hold;
  Composition composition;
  Phase phase = Phase::kBuilt;
};

void Server::State::enter(Phase next) {
  assert(next != Phase::kBuilt);
  assert(next == Phase::kClosing || phase == Phase::kBuilt);
  phase = next;
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
  assert(state_->phase != State::Phase::kStarted);  // close() was not called
}

Result<std::unique_ptr<Server>> Server::create(uv_loop_t* loop, const Options& options, Log& log) {
  if (auto judged = check_options(options); !judged) return judged.error();
  for (const std::string& sentence : option_warnings(options)) log.warning(sentence);
  auto state = std::make_unique<State>(loop, options, log);
  if (auto built = state->composition.build(); !built) return built.error();
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Result<void> Server::start() {
  state_->enter(State::Phase::kStarted);
  Composition& all = state_->composition;
  // Listen first: if the port is in use, the start fails before the consumer joins its group.
  if (auto listening = all.http_server->listen(); !listening) return listening;
  if (all.admin_http_server != nullptr) {
    if (auto listening = all.admin_http_server->listen(); !listening) return listening;
  }
  all.outage->start();
  if (auto started = all.bus.bus->start(*all.hub, *all.ingest); !started) return started;
  all.fleet->start();
  return all.records.source->start(*all.ingest);
}

uint16_t Server::port() const {
  return state_->composition.http_server->port();
}

std::string Server::url() const {
  return url_of(state_->composition.host, port());
}

uint16_t Server::admin_port() const {
  const auto& admin = state_->composition.admin_http_server;
  return admin == nullptr ? uint16_t{0} : admin->port();
}

std::string Server::admin_url() const {
  if (state_->composition.admin_http_server == nullptr) return {};
  return url_of(state_->composition.options.admin_host, admin_port());
}

std::string Server::console_url() const {
  const Options& options = state_->composition.options;
  const bool open = !state_->composition.admin.token.empty();
  if (!open && options.production()) return {};
  const bool own_port = has_admin_port(options);
  const std::string host = dialled_host(own_port ? options.admin_host : state_->composition.host);
  const bool local = host == "127.0.0.1" || host == "::1" || host == "localhost";
  if (!open && !local) return {};
  return url_of(host, own_port ? admin_port() : port()) + "/console";
}

std::string Server::brokers() const {
  return state_->composition.records.brokers;
}

bool Server::embedded() const {
  const Options& options = state_->composition.options;
  return options.redis_url.empty() || embeds_kafka(options);
}

const std::string& Server::generated_key() const {
  return state_->composition.generated_key;
}

const std::string& Server::console_secret() const {
  return state_->composition.admin.secret;
}

const Stats& Server::stats() const {
  return state_->composition.stats;
}

std::string Server::metrics() const {
  return state_->composition.metrics();
}

Result<std::vector<std::string>> Server::reload(const Options& options) {
  Composition& all = state_->composition;
  if (auto judged = check_options(options); !judged) {
    note_failed_reload(judged.error());
    return judged.error();
  }
  const ReloadTargets targets{all.options,
                              all.log,
                              *all.verifier,
                              *all.http_server,
                              all.admin_http_server.get(),
                              *all.admin_access,
                              *all.hub,
                              *all.ws,
                              all.audit,
                              all.bus.tls.get(),
                              all.lws->descriptor_limit(),
                              !all.generated_key.empty()};
  auto applied = apply_reload(targets, options);
  if (applied) {
    all.reload = {all.clock.wall_ms(), {}};
  } else {
    note_failed_reload(applied.error());
  }
  return applied;
}

void Server::note_failed_reload(const Error& error) {
  Composition& all = state_->composition;
  all.reload = {all.clock.wall_ms(), error.message};
  if (all.audit.on()) {
    all.audit.record({.kind = AuditEvent::Kind::kReload, .reason = "refused: " + error.message});
  }
}

void Server::ref() {
  if (state_->hold != nullptr) state_->hold->ref();
}

void Server::unref() {
  if (state_->hold == nullptr || state_->phase == State::Phase::kClosing) return;
  const LwsContext& lws = *state_->composition.lws;
  state_->release->include(lws.wake_descriptor(), lws.get());
  state_->release->begin();
  state_->hold->unref();
}

void Server::close(Ending ending, std::function<void()> closed) {
  ref();
  state_->enter(State::Phase::kClosing);
  const Composition& all = state_->composition;
  const uint64_t drain_ms = ending == Ending::kDrain ? all.options.drain_seconds * 1000ULL : 0;
  all.shutdown->begin(drain_ms, std::move(closed));
}

Server::Internals Server::internals() {
  Composition& all = state_->composition;
  return {.loop = all.loop,
          .options = all.options,
          .clock = all.clock,
          .observers = all.observers,
          .bus = *all.bus.bus,
          .memory_bus = all.bus.memory_bus,
          .producer = *all.records.producer,
          .hub = *all.hub,
          .outage = *all.outage,
          .ws = *all.ws,
          .readiness = *all.readiness};
}

}  // namespace hermod
