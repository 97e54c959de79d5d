#pragma once
// How the last reading of the settings ended; at first, that of the start.

#include <cstdint>
#include <string>

namespace hermod {

struct ReloadStatus {
  int64_t wall_ms = 0;  // when it was
  std::string error;    // why it failed, and everything stayed as it was; empty: it did not
};

}  // namespace hermod
