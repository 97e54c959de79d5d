#include "hermod/server.h"

#include <utility>

#include "kafka/embedded_kafka.h"
#include "server/reload.h"
#include "server/server_state.h"
#include "settings/option_rules.h"
#include "settings/option_warnings.h"

namespace hermod {
namespace {

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

}  // namespace

Server::State::State(uv_loop_t* loop, const Options& options, Log& log)
    : release(options.releasable ? std::make_unique<uv::UnrefAll>(loop) : nullptr),
      hold(options.releasable ? std::make_unique<uv::KeepAlive>(loop) : nullptr),
      components(loop, options, log),
      shutdown(components) {}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::create(uv_loop_t* loop, const Options& options, Log& log) {
  if (auto judged = check_options(options); !judged) return judged.error();
  for (const std::string& sentence : option_warnings(options)) log.warning(sentence);
  auto state = std::make_unique<State>(loop, options, log);
  if (auto built = build_components(state->components); !built) return built.error();
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Result<void> Server::start() {
  Components& components = state_->components;
  // Listen first: if the port is in use, the start fails before the consumer joins its group.
  if (auto listening = components.http_server->listen(); !listening) return listening;
  components.outage->start();
  if (auto started = components.bus->start(*components.hub, *components.ingest); !started)
    return started;
  return components.source->start(*components.ingest);
}

uint16_t Server::port() const {
  return state_->components.http_server->port();
}

std::string Server::url() const {
  return "http://" + bracketed(state_->components.host) + ':' + std::to_string(port());
}

std::string Server::console_url() const {
  const Options& options = state_->components.options;
  const bool open = !state_->components.admin.token.empty();
  if (!open && options.production()) return {};
  std::string host = state_->components.host;
  if (host == "0.0.0.0" || host == "::") host = "127.0.0.1";
  const bool local = host == "127.0.0.1" || host == "::1" || host == "localhost";
  if (!open && !local) return {};
  return "http://" + bracketed(host) + ':' + std::to_string(port()) + "/console";
}

std::string Server::brokers() const {
  return state_->components.brokers;
}

bool Server::embedded() const {
  const Options& options = state_->components.options;
  return options.redis_url.empty() || options.kafka_bootstrap_servers.empty();
}

const std::string& Server::generated_key() const {
  return state_->components.generated_key;
}

const std::string& Server::console_secret() const {
  return state_->components.admin.secret;
}

const Stats& Server::stats() const {
  return state_->components.stats;
}

std::string Server::metrics() const {
  return state_->components.health->render();
}

Result<std::vector<std::string>> Server::reload(const Options& options) {
  Result<void> judged = check_options(options);
  Result<std::vector<std::string>> applied =
      judged ? reload_components(state_->components, options) : judged.error();
  if (!applied) {
    note_failed_reload(applied.error());
  } else {
    state_->components.reload = {state_->components.clock.wall_ms(), {}};
  }
  return applied;
}

void Server::note_failed_reload(const Error& error) {
  state_->components.reload = {state_->components.clock.wall_ms(), error.message};
}

void Server::ref() {
  if (state_->hold != nullptr) state_->hold->ref();
}

void Server::unref() {
  if (state_->hold == nullptr || state_->shutdown.begun()) return;
  const LwsContext& lws = *state_->components.lws;
  state_->release->include(lws.wake_descriptor(), lws.get());
  state_->release->begin();
  state_->hold->unref();
}

void Server::close(Ending ending, std::function<void()> closed) {
  ref();
  const uint64_t drain_ms =
      ending == Ending::kDrain ? state_->components.options.drain_seconds * 1000ULL : 0;
  state_->shutdown.begin(drain_ms, std::move(closed));
}

}  // namespace hermod
