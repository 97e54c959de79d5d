#pragma once
// Tests the whole Pub/Sub path about once a second: a message published on the command link must be
// received on the subscription link. When two in a row are not received, the canary has timed out.
// This takes at most 3 s, even if both TCP connections are healthy. The next one that is received
// ends this state; only a much longer silence makes RedisBus reconnect a link. The canary is sent
// up to 100 ms early if the loop is awake anyway, so that an idle loop has fewer wake-ups.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "redis/redis_commands.h"
#include "uv/iteration_hook.h"
#include "uv/timer.h"

namespace hermod {

class RedisCanary final : ReplyTaker {
 public:
  class Listener {
   public:
    virtual void on_canary_tick() = 0;  // about once a second, before sending: check the timeouts
    virtual void on_canary_changed() = 0;  // timed_out() changed
    virtual void on_canary_allowed() = 0;  // refused() became false: Redis permits PUBLISH again
   protected:
    ~Listener() = default;
  };

  RedisCanary(uv_loop_t* loop, const Clock& clock, RedisCommands& commands, std::string channel,
              Listener& listener);

  void start();  // starts the ticks; idempotent
  void stop();

  // open() is called when both links are ready, close() when one no longer is. Canaries are sent
  // only in between.
  void open();
  void close();

  bool on_received(std::string_view text);  // false: not an outstanding canary

  bool timed_out() const { return timed_out_; }  // see above
  bool refused() const { return refused_; }      // Redis refuses to publish it (NOPERM)
  int64_t outstanding_ms() const;                // age of the oldest outstanding one; 0: none is
  int64_t age_ms() const;                        // since one was last received; -1: none yet
  int64_t round_trip_us() const { return round_trip_us_; }

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override {}

  void on_iteration();
  void set_out(int64_t period_ms);
  void tick();
  void send_canary();
  void set_timed_out(bool timed_out);

  const Clock& clock_;
  RedisCommands& commands_;
  std::string channel_;
  Listener& listener_;
  bool open_ = false;
  bool timed_out_ = false;
  bool refused_ = false;
  uint64_t last_sent_ = 0;      // the number of the last one sent
  uint64_t last_received_ = 0;  // the number of the last one received
  int64_t outstanding_since_ms_ = 0;
  int64_t received_ms_ = -1;
  int64_t sent_us_ = 0;
  int64_t round_trip_us_ = -1;
  int64_t early_us_ = 0;  // from this time on, a loop iteration may trigger the tick
  uv::Timer timer_;
  uv::IterationHook iteration_hook_;
};

}  // namespace hermod
