#pragma once
// Finds the clients that send more than the loop reads from a socket in one iteration: right after
// the loop has read, their sockets are still readable. It therefore checks, from time to time, only
// the few sockets that are readable. Owned by PeerScheduler.

#include <cstdint>

#include "uv/fwd.h"

namespace hermod {

class PeerTable;
struct WsShared;

class InflowWatch {
 public:
  // Called at the end of each loop iteration. Checks at most every 50 ms.
  void check(uv_loop_t* loop, const PeerTable& peers, const WsShared& shared);

 private:
  uint64_t checked_ms_ = 0;  // of the last check, on the loop's clock
};

}  // namespace hermod
