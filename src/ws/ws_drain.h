#pragma once
// Closes all connections with 1001 when the service shuts down, a bounded number per loop
// iteration. Each close reason states when to reconnect. Owned by WsServer.

#include <cstdint>

#include "base/clock.h"
#include "uv/immediate.h"
#include "uv/timer.h"
#include "ws/drain_pace.h"

namespace hermod {

class PeerTable;
struct Refusal;

class WsDrain {
 public:
  // What happens to connections whose handshake is not complete.
  enum class Handshakes : uint8_t { kAwait, kDrop };

  WsDrain(uv_loop_t* loop, PeerTable& peers, const Clock& clock);
  WsDrain(const WsDrain&) = delete;
  WsDrain& operator=(const WsDrain&) = delete;

  // Begins, or begins again with another window.
  void begin(int64_t window_ms, Handshakes handshakes);
  bool active() const { return pace_.begun(); }

  void finish_now() { pace_.end_window(); }  // closes the rest as fast as possible
  void on_removed();                         // a connection was removed
  void stop();                               // call when all connections are closed

  // The refusal of each connection, also of new ones.
  Refusal refusal() const;

 private:
  void on_step();
  void close_some();

  PeerTable& peers_;
  const Clock& clock_;
  DrainPace pace_;
  Handshakes handshakes_ = Handshakes::kAwait;
  uv::Timer timer_;
  uv::Immediate rest_;
};

}  // namespace hermod
