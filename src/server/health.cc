#include "server/health.h"

#include <utility>

namespace hermod {

Health::Health(const Dependencies& dependencies, std::function<std::string()> metrics)
    : uses_(dependencies),
      metrics_(std::move(metrics)),
      started_ms_(dependencies.clock.steady_ms()) {}

std::string Health::service() const {
  return uses_.options.service_name;
}

std::string Health::environment() const {
  return uses_.options.environment;
}

int64_t Health::uptime_ms() const {
  return uses_.clock.steady_ms() - started_ms_;
}

BackendHealth Health::redis() const {
  const BusStatus bus = uses_.bus.status();
  return {bus.up, bus.url, bus.reason, {}, bus.warning};
}

BackendHealth Health::kafka() const {
  const SourceStatus source = uses_.source.status();
  return {source.up, source.brokers, source.reason, source.missing_topics};
}

bool Health::ready() const {
  return uses_.readiness.ready();
}

std::vector<std::string> Health::reasons() const {
  return uses_.readiness.reasons();
}

std::vector<std::string> Health::warnings() const {
  return uses_.readiness.warnings();
}

size_t Health::connections() const {
  return uses_.ws.socket_count();
}

size_t Health::connections_per_user_max() const {
  return uses_.options.websocket_max_connections_per_user;
}

std::optional<std::string> Health::metrics() const {
  if (!uses_.options.enable_metrics) return std::nullopt;
  return metrics_();
}

}  // namespace hermod
