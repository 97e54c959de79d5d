#pragma once
// Pages of history asked of Redis: some under way, the others in line. A lost command link or an
// error that any user would get (LOADING, NOPERM) is waited for; the end of the subscription
// answers them all with an error, since the caller will hear on_subscribed and ask again. What
// one user alone gets (MOVED, a key that cannot be read) delays that user's pages; where others'
// are read meanwhile, the user gets an empty page after a while and goes on with what comes live.

#include <deque>
#include <optional>
#include <string>

#include "base/backoff.h"
#include "bus/bus.h"
#include "bus/held.h"
#include "bus/redis_keys.h"
#include "bus/redis_scripts.h"
#include "bus/redis_witness.h"
#include "hermod/log.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class RedisReplayer final : ReplyTaker {
 public:
  // What it tells the bus.
  class Listener {
   public:
    virtual void on_replayer_changed() = 0;  // ask stalled()
    virtual void on_scripts_gone() = 0;      // NOSCRIPT: load them again, then call resume()
   protected:
    ~Listener() = default;
  };

  struct Options {
    uint64_t away_ms = 300'000;          // how old a message may be for a user who was offline
    uint64_t user_patience_ms = 10'000;  // how long a user's own error is waited out
    uint64_t travel_ms = 7000;           // a question travels no longer, or its link is lost
    size_t flight_max = 64;              // pages asked for at a time
  };

  RedisReplayer(uv_loop_t* loop, const Clock& clock, RedisCommands& commands, RedisScripts& scripts,
                const RedisNames& names, Log& log, Options options, Listener& listener);

  void replay(const ReplayRequest& request, Bus::ReplayDone done);

  void resume();  // commands may be sent (again)
  void pause();
  void subscribed() { subscribed_ = true; }
  void unsubscribed();  // the subscribe link ended: see above
  void stop();          // answers nothing any more

  // Why no history can be read although Redis answers, in its words. Empty: it can, or nobody
  // waits.
  const std::string& stalled() const { return stalled_; }

  uint64_t dropped() const { return dropped_; }  // texts that were not UTF-8

 private:
  struct Asked {
    std::string user;
    std::optional<StreamId> after;
    size_t entries_max = 0;
    size_t bytes_max = 0;
    ReplayRequest::Reach reach = ReplayRequest::Reach::kAway;
    std::optional<int64_t> connected_ms;
    Bus::ReplayDone done;                   // empty: nobody waits for it any more
    std::optional<uint64_t> since_ms = {};  // Redis' time at connected_ms, or a little before
    bool timing = false;                    // under way is the question for Redis' time
    std::optional<int64_t> failing_since_ms = {};  // for an error of the user's own
    uint64_t others_then = 0;                      // pages of others that had come until then
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
  Listener& listener_;
  std::deque<Asked> waiting_;
  std::deque<Asked> flight_;
  Held<Asked> held_;        // wait for a back-off of their own
  uint64_t successes_ = 0;  // pages that came
  RedisWitness witness_;
  std::deque<Bus::ReplayDone> failed_;  // to be told so on the coming turn
  bool open_ = false;
  bool subscribed_ = false;
  std::string stalled_;
  uint64_t dropped_ = 0;
  uv::Immediate flush_;
  uv::Timer retry_;
};

}  // namespace hermod
