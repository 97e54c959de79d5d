#include "cli/service_manager.h"

#include <cassert>
#include <string>

#include "hermod/server.h"

namespace hermod::cli {
namespace {

constexpr uint64_t kStatusMs = 10'000;

std::string status_line(const Server& server) {
  return "serving " + std::to_string(server.stats().connections_active) + " connections on " +
         server.url();
}

}  // namespace

ServiceManager::ServiceManager(uv_loop_t* loop, const Systemd::Environment& environment,
                               const Server& server)
    : systemd_(environment),
      server_(server),
      alive_timer_(loop, [this] { systemd_.alive(); }),
      status_timer_(loop, [this] { send_status(); }) {
  alive_timer_.unref();
  status_timer_.unref();
  if (systemd_.watchdog_ms() != 0) alive_timer_.start(0, systemd_.watchdog_ms());
  if (systemd_.listening()) status_timer_.start(kStatusMs, kStatusMs);
  ready();
}

void ServiceManager::reloading() {
  assert(!stopping_);
  systemd_.reloading();
}

void ServiceManager::ready() {
  assert(!stopping_);
  reported_connections_ = server_.stats().connections_active;
  systemd_.ready(status_line(server_));
}

void ServiceManager::stopping() {
  assert(!stopping_);
  stopping_ = true;
  status_timer_.stop();
  systemd_.stopping("shutting down, draining connections");
}

void ServiceManager::send_status() {
  assert(!stopping_);
  const uint64_t connections = server_.stats().connections_active;
  if (connections == reported_connections_) return;
  reported_connections_ = connections;
  systemd_.status(status_line(server_));
}

}  // namespace hermod::cli
