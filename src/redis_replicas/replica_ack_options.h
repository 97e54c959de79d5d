#pragma once

#include <cstdint>

namespace hermod {

struct ReplicaAckOptions {
  uint32_t replicas_min = 1;  // that must have a message before its answer is given; at least 1
  uint64_t replica_wait_ms = 10'000;  // how long an answer waits for them
  uint64_t round_gap_ms = 2;          // from the begin of a round to the next one, at least
  uint64_t socket_timeout_ms = 5000;  // a link without a reply for this long reconnects
};

}  // namespace hermod
