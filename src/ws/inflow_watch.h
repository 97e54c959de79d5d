#pragma once
// Finds the clients that send more than the loop reads of a socket in one iteration: right after
// the loop has read, their sockets are still readable. So it is enough to check, from time to time,
// the few sockets that are readable.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "uv/fwd.h"

namespace hermod {

class WsPeer;
struct WsShared;

class InflowWatch {
 public:
  void add(int fd, WsPeer& peer);  // `peer` must stay valid until remove()
  void remove(int fd) { by_descriptor_[static_cast<size_t>(fd)] = nullptr; }

  // Called at the end of each loop iteration. Checks at most every 50 ms.
  void look(uv_loop_t* loop, const WsShared& shared);

 private:
  std::vector<WsPeer*> by_descriptor_;
  uint64_t looked_ms_ = 0;  // of the last check, on the loop's clock
};

}  // namespace hermod
