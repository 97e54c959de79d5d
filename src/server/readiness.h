#pragma once
// Decides whether the process is ready, and names the conditions that an operator should know.
// Owned by the server; the health pages and the metrics ask it.

#include <string>
#include <vector>

#include "base/clock.h"
#include "bus/bus.h"
#include "events/external_types.h"
#include "observe/reload_status.h"
#include "source/source.h"

namespace hermod {

// Says that partitions have deferred records; empty if none has.
std::string deferred_warning(const SourceStatus& source);

class Readiness {
 public:
  // All of them outlive this object.
  struct Dependencies {
    const Clock& clock;
    const Bus& bus;
    const Source& source;
    const ExternalTypes& external_types;
    const ReloadStatus& reload;
  };

  explicit Readiness(const Dependencies& dependencies) : uses_(dependencies) {}

  void set_draining() { draining_ = true; }

  // While at least one shard of the bus works, the process is ready: otherwise one lost shard would
  // take every process out of the balancer.
  bool ready() const;
  bool degraded() const;  // ready, but a shard does not work

  // HealthView::reasons() and warnings() are these.
  std::vector<std::string> reasons() const;
  std::vector<std::string> warnings() const;

 private:
  std::vector<std::string> external_topics() const;

  Dependencies uses_;
  bool draining_ = false;
};

}  // namespace hermod
