#include "http/http_server.h"

#include <cassert>
#include <utility>

namespace hermod {
namespace {

std::vector<PageGroup*> with(PageGroup& own, std::vector<PageGroup*> others) {
  others.insert(others.begin(), &own);
  return others;
}

}  // namespace

HttpServer::HttpServer(uv_loop_t* loop, const HttpServerDependencies& dependencies,
                       HttpServerOptions options)
    : listen_options_(std::move(options.listen)),
      admission_(options.admission, options.upgrade_policy.trusted_proxies),
      checks_(options.checks),
      refusals_(options.refusals),
      pages_(dependencies.health, dependencies.clock, options.pages),
      upgrade_policy_(
          {dependencies.verifier, dependencies.clock, dependencies.log, dependencies.stats,
           dependencies.health, checks_, refusals_, dependencies.upgrades, dependencies.audit},
          std::move(options.upgrade_policy)),
      router_({with(pages_, dependencies.pages), upgrade_policy_, dependencies.health,
               dependencies.clock, dependencies.stats, dependencies.log, dependencies.audit,
               dependencies.hidden, options.websockets}),
      connection_manager_(loop,
                          {router_, admission_, checks_, dependencies.upgrades, dependencies.clock,
                           dependencies.stats},
                          options.connection_manager),
      acceptor_(loop, dependencies.log, connection_manager_),
      immediate_(loop, [this] { finish_close(); }),
      iteration_hook_(loop, [this] { pages_.on_iteration_end(); }) {}

Result<void> HttpServer::listen() {
  auto listening = acceptor_.listen(listen_options_);
  if (listening) router_.set_port(port());
  return listening;
}

void HttpServer::set_draining(bool draining) {
  upgrade_policy_.set_draining(draining);
  router_.set_draining(draining);
  // An inherited socket outlives this process; new connections wait in it for the next process.
  if (draining && listen_options_.inherited_descriptor >= 0) acceptor_.stop();
}

void HttpServer::set_upgrade_policy_options(UpgradePolicyOptions options) {
  admission_.set_exempt(options.trusted_proxies);
  upgrade_policy_.set_options(std::move(options));
}

// Closes in the next loop iteration, because the caller may be inside a callback of a connection.
void HttpServer::close(Closed closed) {
  if (closing_) return;
  closing_ = true;
  assert(closed != nullptr);
  closed_ = std::move(closed);
  immediate_.ask();
}

void HttpServer::finish_close() {
  assert(closing_);
  assert(closed_ != nullptr);
  acceptor_.stop();
  connection_manager_.clear();
  const Closed closed = std::exchange(closed_, nullptr);
  closed();  // must come last: the callback may delete this
}

}  // namespace hermod
