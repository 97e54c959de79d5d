#pragma once
// Calls back after a delay that grows with each failure. Owned by DeadLetterWriter.

#include <cstdint>
#include <functional>
#include <utility>

#include "base/backoff.h"
#include "uv/timer.h"

namespace hermod {

class RetryTimer {
 public:
  RetryTimer(uv_loop_t* loop, std::function<void()> on_retry)
      : timer_(loop, std::move(on_retry)), backoff_(kFirstMs, kMaxMs) {}

  void start() {
    if (!timer_.active()) timer_.start(backoff_.next_ms());
  }
  void stop() { timer_.stop(); }
  void reset() {  // the retry succeeded
    stop();
    backoff_.reset();
  }

 private:
  static constexpr uint64_t kFirstMs = 500;
  static constexpr uint64_t kMaxMs = 5000;

  uv::Timer timer_;
  Backoff backoff_;
};

}  // namespace hermod
