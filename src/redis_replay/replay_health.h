#pragma once
// Whether the replay script works: the verdict about each request that fails (ReplayFaults), the
// state in which no history can be read, and the run of the script that tells the two apart
// (RedisScriptProbe). RedisReplayer owns it.

#include <cstdint>
#include <functional>
#include <string>

#include "redis_replay/replay_faults.h"
#include "redis_schema/redis_context.h"
#include "redis_schema/redis_script_probe.h"
#include "uv/timer.h"

namespace hermod {

class ReplayHealth {
 public:
  using Verdict = ReplayFaults::Verdict;

  struct Events {
    std::function<void()> retry;    // requests may be sent again
    std::function<void()> changed;  // stalled() changed
  };

  // `patience_ms`: how long an error of a single user is retried.
  ReplayHealth(const RedisContext& redis, uint64_t patience_ms, Events events);

  // Redis' error message if it replies but no history can be read. Empty: it can be read, or no
  // request waits.
  const std::string& stalled() const { return stalled_; }
  bool may_send() const { return !retry_.active(); }

  void succeeded();                       // a page of any user was read
  void on_idle() { set_stalled({}); }     // no request waits any more
  void stall(const std::string& reason);  // no history can be read
  Verdict judge(ReplayTask& task, const std::string& reason);
  void stop();  // from now on, no event is reported

 private:
  void on_probed(const std::string& error);
  void set_stalled(std::string reason);

  RedisScripts& scripts_;
  Log& log_;
  std::function<void()> changed_;
  bool stopped_ = false;
  std::string stalled_;
  ReplayFaults faults_;
  RedisScriptProbe script_probe_;
  uv::Timer retry_;
};

}  // namespace hermod
