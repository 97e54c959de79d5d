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

  bool ready() const;

  // HealthView::reasons() and warnings() are these.
  std::vector<std::string> reasons() const;
  std::vector<std::string> warnings() const;

 private:
  std::vector<std::string> external_topics() const;

  Dependencies uses_;
  bool draining_ = false;
};

}  // namespace hermod
