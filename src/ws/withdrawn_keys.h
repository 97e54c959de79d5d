#pragma once
// Closes the connections whose tokens were signed with a key that is no longer accepted, a bounded
// number per loop iteration. Owned by WsServer.

#include <cstddef>

#include "uv/immediate.h"

namespace hermod {

class PeerTable;
class Verifier;

class WithdrawnKeys {
 public:
  WithdrawnKeys(uv_loop_t* loop, const PeerTable& peers, const Verifier& verifier);

  // Begins with the keys that the verifier has now, or begins again. Connections that are opened
  // meanwhile are not checked.
  void begin();
  void stop() { rest_.cancel(); }

 private:
  void close_some();

  const PeerTable& peers_;
  const Verifier& verifier_;
  size_t left_ = 0;  // the connections before this position are not checked yet
  uv::Immediate rest_;
};

}  // namespace hermod
