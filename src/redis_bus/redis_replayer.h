#pragma once
// Reads pages of the users' histories from Redis: some requests are in flight, the others wait in a
// queue. After a failure of the command link, the requests are sent again; after an error,
// ReplayFaults decides. When the subscriptions are lost, all requests fail, because the caller gets
// on_subscribed() and repeats them.

#include <deque>
#include <functional>
#include <string>

#include "bus/bus.h"
#include "hermod/log.h"
#include "redis_bus/replay_faults.h"
#include "redis_bus/replay_task.h"
#include "redis_schema/redis_keys.h"
#include "redis_schema/redis_script_probe.h"
#include "redis_schema/redis_scripts.h"
#include "uv/delay_queue.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class RedisReplayer final : ReplyTaker {
 public:
  using Changed = std::function<void()>;  // stalled() changed

  struct Options {
    uint64_t away_ms = 300'000;          // maximum age of a message for a user who was offline
    uint64_t user_patience_ms = 10'000;  // how long an error of a single user is retried
    uint64_t travel_ms = 7000;           // from request to reply; later, the link has failed
    size_t flight_max = 64;              // requests in flight
  };

  RedisReplayer(uv_loop_t* loop, const Clock& clock, RedisCommands& commands, RedisScripts& scripts,
                const RedisNames& names, Log& log, Options options, Changed changed);

  void replay(const ReplayRequest& request, Bus::ReplayDone done);

  void resume();  // commands may be sent
  void pause();
  void subscribed() { subscribed_ = true; }
  void unsubscribed();  // the subscription link failed: see above
  void stop();          // from now on, no request is answered

  // Redis' error message if it replies but no history can be read. Empty: it can be read, or no
  // request waits.
  const std::string& stalled() const { return stalled_; }

  uint64_t dropped() const { return dropped_; }  // messages that are not UTF-8

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  void flush();
  void fail_all();
  void send(ReplayTask& task);
  bool needs_time(const ReplayTask& task) const;
  void on_time(ReplayTask task, const redisReply& reply);
  void fails(ReplayTask task, const std::string& reason);
  void succeeded();
  void stall(const std::string& reason);
  void give_up(const ReplayTask& task, const std::string& reason);
  void set_stalled(std::string reason);

  const Clock& clock_;
  RedisCommands& commands_;
  RedisScripts& scripts_;
  const RedisNames& names_;
  Log& log_;
  Options options_;
  Changed changed_;
  std::deque<ReplayTask> waiting_;
  std::deque<ReplayTask> flight_;
  uv::DelayQueue<ReplayTask> delayed_;  // requests that wait for their back-off
  ReplayFaults faults_;
  RedisScriptProbe script_probe_;
  std::deque<Bus::ReplayDone> failed_;  // fail in the next loop iteration
  bool open_ = false;
  bool subscribed_ = false;
  std::string stalled_;
  uint64_t dropped_ = 0;
  uv::Immediate flush_;
  uv::Timer retry_;
};

}  // namespace hermod
