#pragma once
// Sings once a second: a message published on the command link and heard on the subscribe link, so
// that the whole way is known to work. Two unheard in a row: deaf, within 3 s of the way's end,
// whatever TCP believes. Deaf is a judgement, not an end: the next one heard takes it back, and
// only a much longer silence gives a link up. It sings up to 100 ms early where the loop is awake
// anyway, and so wakes an idle one no more often than need be.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "bus/redis_commands.h"
#include "uv/iteration_hook.h"
#include "uv/timer.h"

namespace hermod {

class RedisCanary final : ReplyTaker {
 public:
  class Listener {
   public:
    virtual void on_canary_tick() = 0;     // each second, before it sings: look after time-outs
    virtual void on_canary_changed() = 0;  // deaf() is another
    virtual void on_canary_allowed() = 0;  // refused() no more: Redis lets publish again
   protected:
    ~Listener() = default;
  };

  RedisCanary(uv_loop_t* loop, const Clock& clock, RedisCommands& commands, std::string channel,
              Listener& listener);

  void start();  // ticks; idempotent
  void stop();

  // Both ends of the way stand, or no more. Only then it sings.
  void open();
  void close();

  bool on_heard(std::string_view text);  // false: not the one that was waited for

  bool timed_out() const { return timed_out_; }
  bool refused() const { return refused_; }  // Redis does not let it sing (NOPERM)
  int64_t unheard_ms() const;                // since the oldest one unheard; 0: none is
  int64_t age_ms() const;                    // since the last one came back, -1 none yet
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
  uint64_t sung_ = 0;  // the number of the last one
  uint64_t heard_ = 0;
  int64_t unheard_since_ms_ = 0;
  int64_t heard_ms_ = -1;
  int64_t sung_us_ = 0;
  int64_t round_trip_us_ = -1;
  int64_t early_us_ = 0;  // from when on it may tick with a turn
  uv::Timer timer_;
  uv::IterationHook iteration_hook_;
};

}  // namespace hermod
