#include "fleet/lone_fleet_transport.h"

#include <cassert>
#include <utility>

namespace hermod {

LoneFleetTransport::LoneFleetTransport(uv_loop_t* loop, const Clock& clock, std::string id)
    : clock_(clock), id_(std::move(id)), immediate_(loop, [this] { run(); }) {}

void LoneFleetTransport::later(std::function<void()> step) {
  steps_.push_back(std::move(step));
  immediate_.ask();
}

void LoneFleetTransport::run() {
  for (const auto& step : std::exchange(steps_, {})) step();
}

void LoneFleetTransport::start(FleetTransportListener& listener,
                               std::function<std::string()> report) {
  assert(listener_ == nullptr);
  listener_ = &listener;
  report_ = std::move(report);
  later([this] {
    ready_ = true;
    this->report();
    listener_->on_fleet_ready(true);
  });
}

void LoneFleetTransport::report() {
  listener_->on_fleet_members({{id_, report_(), now_ms()}});
}

void LoneFleetTransport::send_to_all(std::string_view text, Sent sent) {
  assert(ready_);
  later([this, text = std::string(text), at_ms = now_ms(), sent = std::move(sent)] {
    report();
    sent(std::vector<std::string>{id_});
    listener_->on_fleet_message(text, at_ms);
  });
}

// Every answer to this process is given without the transport.
void LoneFleetTransport::send_to(std::string_view /*process*/, std::string_view /*text*/) {
  assert(ready_);
}

void LoneFleetTransport::ask_reachable(const std::vector<std::string>& processes, Reachable done) {
  assert(ready_);
  std::vector<bool> reachable;
  reachable.reserve(processes.size());
  for (const std::string& process : processes) reachable.push_back(process == id_);
  later([reachable = std::move(reachable), done = std::move(done)] { done(reachable); });
}

// Only this process needs to keep it.
void LoneFleetTransport::revoke_token(std::string_view /*id*/, uint32_t keep_s, Revoked done) {
  assert(ready_);
  later([until_ms = now_ms() + int64_t{keep_s} * 1000, done = std::move(done)] { done(until_ms); });
}

void LoneFleetTransport::close(Closed closed) {
  if (std::exchange(closing_, true)) return;
  ready_ = false;
  steps_.clear();
  later(std::move(closed));
}

}  // namespace hermod
