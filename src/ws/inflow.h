#pragma once
// How fast bytes come in by the kernel's count, which includes pings: the library answers those by
// itself. A bucket that is looked at now and then; nothing is lost in between.

#include <cstdint>

#include "ws/inbound.h"

namespace hermod {

class Inflow {
 public:
  // What was received before the upgrade is not counted: a proxy may have used the connection.
  void begin(uint64_t received_bytes, int64_t now_ms);

  // `received_bytes` came since the connection began. False: too fast.
  [[nodiscard]] bool admit(uint64_t received_bytes, int64_t now_ms, const InboundLimits& limits);

  // How long ago the last look was, or less where much came before it.
  int64_t idle_ms(int64_t now_ms) const {
    return static_cast<int32_t>(static_cast<uint32_t>(now_ms) - used_until_ms_);
  }

 private:
  uint32_t units_ = 0;          // received, of kUnitBytes each: low bits, for a difference
  uint32_t used_until_ms_ = 0;  // low bits: until when the bytes so far use up the allowance, or
                                // the last look
};

}  // namespace hermod
