#pragma once
// The state that only a closing connection needs. Few connections close at the same time.

#include <cstdint>
#include <string>

#include "base/stream_id.h"

namespace hermod {

struct Ending {
  int64_t close_by_ms = 0;
  uint32_t received_bytes = 0;
  bool at_fault = false;  // the client violated the protocol: shut down our side of the socket
  // What the pong to the ping before our close frame acknowledges: the stream id of a message to
  // this user. Null if none.
  std::string user;
  StreamId stream_id;
};

}  // namespace hermod
