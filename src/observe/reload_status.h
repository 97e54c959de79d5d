#pragma once
// The result of the last reload of the settings; before the first reload, that of the start. Shown
// by readiness and metrics.

#include <cstdint>
#include <string>

namespace hermod {

struct ReloadStatus {
  int64_t wall_ms = 0;  // time of the reload
  std::string error;    // why it failed and changed nothing; empty: it succeeded
};

}  // namespace hermod
