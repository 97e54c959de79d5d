#pragma once
// The time limit for the acknowledgement of a dead letter while something waits for it: records
// that wait for space, or a source that closes. Owned by DeadLetterWriter.

#include <cstdint>
#include <functional>
#include <utility>

#include "uv/timer.h"

namespace hermod {

class AcknowledgeTimeout {
 public:
  AcknowledgeTimeout(uv_loop_t* loop, uint64_t limit_ms, std::function<void()> on_timeout)
      : timer_(loop, std::move(on_timeout)), limit_ms_(limit_ms) {}

  // From now on, the source closes: each acknowledgement is awaited.
  void await_all() { all_awaited_ = true; }
  bool all_awaited() const { return all_awaited_; }

  void start() {
    if (!timer_.active()) timer_.start(limit_ms_);
  }
  void stop() { timer_.stop(); }

 private:
  uv::Timer timer_;
  uint64_t limit_ms_;
  bool all_awaited_ = false;
};

}  // namespace hermod
