#pragma once
// Finds the clients that send more than the loop reads of a socket at a time: right behind the
// loop's reading, their sockets have more. So it is enough to look at the few sockets that have
// something to read, now and then.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "uv/fwd.h"

namespace hermod {

class WsPeer;
struct WsShared;

class InflowWatch {
 public:
  void add(int fd, WsPeer& peer);
  void remove(int fd) { by_descriptor_[static_cast<size_t>(fd)] = nullptr; }

  // At the end of each loop iteration.
  void look(uv_loop_t* loop, const WsShared& shared);

 private:
  std::vector<WsPeer*> by_descriptor_;
  uint64_t looked_ms_ = 0;  // by the loop's clock
};

}  // namespace hermod
