#pragma once
// Reads pages of the users' histories from Redis: some requests are in flight, the others wait in a
// queue. After a failure of the command link, and after an error that every user would get
// (LOADING, NOPERM), the requests are retried. When the subscriptions are lost, all requests fail,
// because the caller gets on_subscribed() and repeats them. An error of a single user (MOVED, an
// unreadable key) delays only the requests of that user. If other users' pages are read in the
// meantime, the user finally gets an empty page and continues with live messages.

#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "base/backoff.h"
#include "bus/bus.h"
#include "hermod/log.h"
#include "redis_bus/delay_queue.h"
#include "redis_schema/redis_keys.h"
#include "redis_schema/redis_script_probe.h"
#include "redis_schema/redis_scripts.h"
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
  struct Asked {
    std::string user;
    std::optional<StreamId> after;
    size_t entries_max = 0;
    size_t bytes_max = 0;
    ReplayRequest::Reach reach = ReplayRequest::Reach::kAway;
    std::optional<int64_t> connected_ms;
    Bus::ReplayDone done;                   // empty: the request has failed already
    std::optional<uint64_t> since_ms = {};  // Redis' time at connected_ms, or slightly earlier
    bool timing = false;                    // the command in flight is TIME
    std::optional<int64_t> failing_since_ms = {};  // of an error of this user alone
    uint64_t others_then = 0;                      // `successes_` at the last failure
    Backoff backoff{20, 500};
  };

  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  void flush();
  void fail_all();
  void send(Asked& asked);
  bool needs_time(const Asked& asked) const;
  void on_time(Asked asked, const redisReply& reply);
  void fails(Asked asked, const std::string& reason);
  void succeeded();
  void stall(const std::string& reason);
  void hold(Asked asked, const std::string& reason);
  void set_stalled(std::string reason);

  const Clock& clock_;
  RedisCommands& commands_;
  RedisScripts& scripts_;
  const RedisNames& names_;
  Log& log_;
  Options options_;
  Changed changed_;
  std::deque<Asked> waiting_;
  std::deque<Asked> flight_;
  DelayQueue<Asked> delayed_;  // requests that wait for their back-off
  uint64_t successes_ = 0;     // pages that were read
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
