#pragma once
// What is known of a connection only while it is closing, which few are at a time.

#include <cstdint>
#include <string>

#include "base/stream_id.h"

namespace hermod {

struct Ending {
  int64_t close_by_ms = 0;
  uint32_t received_bytes = 0;
  bool at_fault = false;  // it broke the protocol: our side of the socket is to be closed
  // What the pong to the ping before our close frame confirms, if there is such a place.
  std::string user;
  StreamId stream_id;
};

}  // namespace hermod
