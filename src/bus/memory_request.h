#pragma once
// A request that MemoryBus answers in a later loop iteration.

#include <cstdint>
#include <string>
#include <vector>

#include "bus/bus.h"

namespace hermod {

struct MemoryRequest {
  enum class Kind {
    kSubscribe,
    kReplay,
    kPublishExternal,
    kMove,
    kLease,
    kLost,
    kRevoke,
    kSeen
  } kind;
  std::string user;
  uint64_t number = 0;    // kSubscribe: of the subscription; kMove: the shard to move to
  std::string text;       // kPublishExternal
  ReplayRequest request;  // kReplay; its `user` is set from the one above
  Bus::ReplayDone done;
  LeaseRequest lease = {};        // kLease; its `user` is set from the one above
  RevokeRequest revocation = {};  // kRevoke; the same
  Bus::RevokeDone revoked = {};
  std::vector<StreamId> seen = {};  // kSeen; `number` is the connection
};

}  // namespace hermod
