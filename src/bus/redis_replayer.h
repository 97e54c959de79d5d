#pragma once
// Pages of history asked of Redis: some under way, the others in line. A lost command link or an
// error (LOADING, NOPERM) is waited for; the end of the subscription answers them all with an
// error, since whoever asked will hear on_subscribed and ask again.

#include <deque>
#include <optional>
#include <string>

#include "bus/bus.h"
#include "bus/redis_keys.h"
#include "bus/redis_scripts.h"
#include "hermod/log.h"
#include "uv/soon.h"
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
    uint64_t away_ms = 300'000;  // how old a text may be for who was away
    size_t flight_max = 64;      // pages asked for at a time
  };

  RedisReplayer(uv_loop_t* loop, const Clock& clock, RedisCommands& commands, RedisScripts& scripts,
                const RedisNames& names, Log& log, Options options, Listener& listener);

  void replay(const ReplayRequest& request, Bus::ReplayDone done);

  void resume();  // commands may be sent (again)
  void pause() { open_ = false; }
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
    std::optional<Place> after;
    size_t entries_max;
    size_t bytes_max;
    ReplayRequest::Reach reach;
    std::optional<int64_t> connected_ms;
    Bus::ReplayDone done;                   // empty: nobody waits for it any more
    std::optional<uint64_t> since_ms = {};  // Redis' time at connected_ms, or a little before
    bool timing = false;                    // under way is the question for Redis' time
  };

  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  void flush();
  void fail_all();
  void send(Asked& asked);
  bool needs_time(const Asked& asked) const;
  void on_time(Asked asked, const redisReply& reply);
  void retry(Asked asked, const redisReply& reply);
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
  std::deque<Bus::ReplayDone> failed_;  // to be told so on the coming turn
  bool open_ = false;
  bool subscribed_ = false;
  std::string stalled_;
  uint64_t dropped_ = 0;
  uv::Soon flush_;
  uv::Timer retry_;
};

}  // namespace hermod
