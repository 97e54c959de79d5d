#pragma once
// Whether the publish script works: the verdict about each call that fails (PublishFaults), the
// state in which no call can work (PublishStall), and the run of the script that tells the two
// apart (RedisScriptProbe). RedisPublisher owns it.

#include <functional>
#include <string>

#include "redis_publish/publish_faults.h"
#include "redis_publish/publish_stall.h"
#include "redis_schema/redis_context.h"
#include "redis_schema/redis_script_probe.h"

namespace hermod {

class PublishHealth {
 public:
  using Verdict = PublishFaults::Verdict;

  struct Events {
    std::function<void()> retry;    // one call may test whether routing works again
    std::function<void()> changed;  // stalled() changed
  };

  // `patience_ms`: how long an error of a single user is retried.
  PublishHealth(const RedisContext& redis, uint64_t patience_ms, Events events);

  // Redis' error message if it replies but routes nothing ("OOM ..."). Empty: routing works.
  const std::string& stalled() const { return stall_.reason(); }
  bool may_send() const { return stall_.may_send(); }

  void on_connected() { stall_.allow_probe(); }
  void on_sent() { stall_.on_sent(); }
  void succeeded();   // a call of any user
  void on_ignored();  // the result of a call is ignored
  // No record is left to test whether routing works again: it counts as working until a call fails.
  void on_idle();

  // A call of the lane failed. The caller does what the verdict says and settles the lane.
  Verdict judge(PublishLane& lane, const std::string& reason);
  // After the lane was settled. Returns true if other lanes can be sent now.
  bool goes_on(Verdict verdict, const std::string& reason);

  void stop();  // from now on, no event is reported

 private:
  void on_probed(const std::string& error);
  void stall(const std::string& reason);

  RedisScripts& scripts_;
  std::function<void()> changed_;
  bool stopped_ = false;
  PublishFaults faults_;
  PublishStall stall_;
  RedisScriptProbe script_probe_;
};

}  // namespace hermod
