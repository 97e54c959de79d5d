#pragma once
// Decides what is done after an error of the publish script:
//
// - No call can work (OOM, READONLY, LOADING and similar errors): everything waits (PublishStall).
// - The calls of one user do not work: the lane of the user waits for its own back-off and then
//   sends one record at a time. MOVED, ASK and TRYAGAIN are temporary, because the user's keys are
//   moving to another server. After other errors, the records are refused after some time if the
//   calls of other users work in the meantime. If there are no such calls, RedisScriptProbe runs
//   the script for a user that does not exist. If that fails, too, no call can work.
// - The call can never work for a record (WRONGTYPE, CROSSSLOT): the record is refused at once.

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "hermod/log.h"
#include "redis_publish/publish_lane.h"

namespace hermod {

class PublishFaults {
 public:
  enum class Verdict {
    kRefuseCall,    // refuse all records of the call
    kRefuseFirst,   // refuse the first one: the lane alone has failed for the maximum time
    kHold,          // the lane is held
    kHoldAndProbe,  // the same; it is not known whether the calls of other users work
    kStall,         // no call can work
  };

  // `patience_ms`: how long an error of a single user is retried.
  PublishFaults(const Clock& clock, Log& log, uint64_t patience_ms)
      : clock_(clock), log_(log), patience_ms_(static_cast<int64_t>(patience_ms)) {}

  void succeeded() { succeeded_ms_ = clock_.steady_ms(); }  // a call of any user

  // A call of the lane failed. Updates lane.trouble. `stalled`: no call works at present.
  Verdict judge(PublishLane& lane, const std::string& reason, bool stalled);

 private:
  void hold(PublishLane& lane, const std::string& reason);
  bool others_work(const PublishLane& lane) const;
  bool is_hopeless(const PublishLane& lane) const;

  const Clock& clock_;
  Log& log_;
  int64_t patience_ms_;
  int64_t succeeded_ms_ = 0;  // steady time of the last successful call
};

}  // namespace hermod
