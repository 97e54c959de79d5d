#pragma once
// The state in which Redis replies but routes nothing (OOM, READONLY, LOADING and similar errors).
// After a back-off, one lane tries again, a different one each time, until a call works.

#include <functional>
#include <string>

#include "base/backoff.h"
#include "uv/timer.h"

namespace hermod {

class PublishStall {
 public:
  // `retry` is called when one call may test whether routing works again.
  PublishStall(uv_loop_t* loop, std::function<void()> retry);

  // Redis' error message. Empty: routing works.
  const std::string& reason() const { return reason_; }
  bool may_send() const { return reason_.empty() || probe_; }

  bool begin(const std::string& reason);  // or goes on; true: the reason changed
  bool end();                             // true: it was stalled
  void allow_probe() { probe_ = true; }   // on a new connection: one call may be sent
  void on_sent() { probe_ = false; }
  void stop() { retry_.stop(); }

 private:
  std::string reason_;
  bool probe_ = false;  // one call may test whether routing works again
  Backoff backoff_{50, 1000};
  uv::Timer retry_;
};

}  // namespace hermod
