#pragma once
// Answers the health pages from the components. Owned by the server.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bus/bus.h"
#include "hermod/options.h"
#include "http/health_view.h"
#include "server/readiness.h"
#include "source/source.h"
#include "ws/ws_server.h"

namespace hermod {

class Health final : public HealthView {
 public:
  // All of them outlive this object.
  struct Dependencies {
    const Options& options;
    const Clock& clock;
    const Bus& bus;
    const Source& source;
    const WsServer& ws;
    const Readiness& readiness;
  };

  // `metrics` renders the metrics in the Prometheus text format.
  Health(const Dependencies& dependencies, std::function<std::string()> metrics);

  std::string service() const override;
  std::string environment() const override;
  int64_t uptime_ms() const override;
  BackendHealth redis() const override;
  BackendHealth kafka() const override;
  bool ready() const override;
  bool degraded() const override;
  std::vector<std::string> reasons() const override;
  std::vector<std::string> warnings() const override;
  size_t connections() const override;
  size_t connections_per_user_max() const override;
  std::optional<std::string> metrics() const override;

 private:
  Dependencies uses_;
  std::function<std::string()> metrics_;
  int64_t started_ms_;
};

}  // namespace hermod
