#pragma once
// Limits the rate of the bytes that a client sends, as counted by the kernel. This includes pings,
// which libwebsockets answers without a callback. It is a token bucket that is updated from time to
// time from the kernel's total, so no bytes are missed in between. Owned by PeerInput.

#include <cstdint>

#include "ws/inbound.h"

namespace hermod {

class Inflow {
 public:
  // Starts counting. Bytes received before the upgrade do not count: a proxy may have used the
  // connection for other requests.
  void begin(uint64_t received_bytes, int64_t now_ms);

  // Updates the bucket. `received_bytes` is the total since the connection began. False: the rate
  // is exceeded.
  [[nodiscard]] bool admit(uint64_t received_bytes, int64_t now_ms, const InboundLimits& limits);

  // The time since the last update, or less if many bytes arrived before it.
  int64_t idle_ms(int64_t now_ms) const {
    return static_cast<int32_t>(static_cast<uint32_t>(now_ms) - used_until_ms_);
  }

 private:
  // Units of kUnitBytes received; the low bits, which suffice for a difference.
  uint32_t units_ = 0;
  // The later of the last update and the time until which the allowance is used up; low bits.
  uint32_t used_until_ms_ = 0;
};

}  // namespace hermod
