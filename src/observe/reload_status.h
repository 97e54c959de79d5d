#pragma once
// The result of the last reload of the settings; initially that of the start.

#include <cstdint>
#include <string>

namespace hermod {

struct ReloadStatus {
  int64_t wall_ms = 0;  // time of the reload
  std::string error;    // why it failed and changed nothing; empty: it succeeded
};

}  // namespace hermod
