#pragma once
// Reports the state of the components for the health pages and the metrics.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "http/health_view.h"

namespace hermod {

struct Components;

class Health final : public HealthView {
 public:
  explicit Health(const Components& components);

  void set_draining() { draining_ = true; }

  std::string service() const override;
  std::string environment() const override;
  int64_t uptime_ms() const override;
  BackendHealth redis() const override;
  BackendHealth kafka() const override;
  bool ready() const override;
  std::vector<std::string> reasons() const override;
  std::vector<std::string> warnings() const override;
  size_t connections() const override;
  size_t connections_per_user_max() const override;
  std::optional<std::string> metrics() const override;

  // The metrics in the Prometheus text format, also if ENABLE_METRICS is false.
  std::string render() const;

 private:
  std::vector<std::string> external_topics() const;

  const Components& components_;
  int64_t started_ms_;
  bool draining_ = false;
};

}  // namespace hermod
