#pragma once
// Limits the frames `error` of one connection of hermod.v1 to ten in any second. Owned by
// SessionFrames, which creates it with the first malformed frame of the client.

#include <array>
#include <cstddef>
#include <cstdint>

namespace hermod {

class ErrorRate {
 public:
  // Whether one more may be sent at this time, which never decreases.
  [[nodiscard]] bool admit(int64_t now_steady_ms) {
    const auto now = static_cast<uint32_t>(now_steady_ms);
    uint32_t& oldest = sent_ms_[sent_ % kErrorsMax];
    if (sent_ >= kErrorsMax && now - oldest < kErrorsMs) return false;
    oldest = now;
    ++sent_;
    return true;
  }

 private:
  static constexpr size_t kErrorsMax = 10;
  static constexpr uint32_t kErrorsMs = 1'000;

  std::array<uint32_t, kErrorsMax> sent_ms_{};  // the low bits of the times of the last ones
  uint64_t sent_ = 0;
};

}  // namespace hermod
