#pragma once
// Decides what is done after an error of the replay script. An error that every user would get
// (LOADING, NOPERM) delays all requests. An error of a single user (MOVED, an unreadable key)
// delays only the requests of that user. If other users' pages are read in the meantime, the user
// finally gets an empty page and continues with live messages.

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "redis_replay/replay_task.h"

namespace hermod {

class ReplayFaults {
 public:
  enum class Verdict {
    kStall,         // no history can be read
    kHold,          // only this request waits
    kHoldAndProbe,  // the same; it is not known whether the histories of other users can be read
    kGiveUp,        // only this user's history cannot be read, for the maximum time
  };

  // `patience_ms`: how long an error of a single user is retried.
  ReplayFaults(const Clock& clock, uint64_t patience_ms)
      : clock_(clock), patience_ms_(static_cast<int64_t>(patience_ms)) {}

  void succeeded() { ++successes_; }  // a page of any user was read
  Verdict judge(ReplayTask& task, const std::string& reason) const;

 private:
  const Clock& clock_;
  int64_t patience_ms_;
  uint64_t successes_ = 0;
};

}  // namespace hermod
