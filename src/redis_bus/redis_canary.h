#pragma once
// Tests the whole Pub/Sub path: a message published on the command link must be received on the
// subscription link. RedisLinkPair calls tick() about once a second to send one. When two in a row
// are not received, the canary has timed out. This takes at most 3 s, even if both TCP connections
// are healthy. The next one that is received ends this state; only a much longer silence makes
// RedisLinkPair reconnect a link.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "redis/redis_commands.h"
#include "redis_schema/redis_channels.h"

namespace hermod {

class RedisCanary final : ReplyHandler {
 public:
  class Listener {
   public:
    virtual void on_canary_changed() = 0;  // timed_out() changed
    // Redis refused to publish canaries and now permits it.
    virtual void on_publish_permitted() = 0;
    virtual void on_redirected(std::string_view error) = 0;  // the channel's slot moved
   protected:
    ~Listener() = default;
  };

  // `channels` must outlive this object; its canary channel may change while closed.
  RedisCanary(const Clock& clock, RedisCommands& commands, const RedisChannels& channels,
              Listener& listener);

  // open() is called when both links are ready, and sends the first canary. close() is called when
  // a link no longer is. Canaries are sent only in between.
  void open();
  void close();

  void tick();               // determines whether the canary has timed out, and sends the next one
  uint64_t tick_ms() const;  // the delay before the next tick

  bool on_received(std::string_view text);  // false: not an outstanding canary

  bool timed_out() const { return state_ == State::kTimedOut; }
  int64_t outstanding_ms() const;  // age of the oldest outstanding one; 0: none is
  int64_t age_ms() const;          // since one was last received; -1: none yet
  int64_t round_trip_us() const { return round_trip_us_; }

 private:
  enum class State { kClosed, kOpen, kTimedOut };

  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override {}

  void enter(State next);
  void send();
  bool outstanding() const { return last_received_ < last_sent_; }

  const Clock& clock_;
  RedisCommands& commands_;
  const RedisChannels& channels_;
  std::string_view publish_;  // the command
  Listener& listener_;
  State state_ = State::kClosed;
  bool refused_ = false;        // Redis refuses to publish it (NOPERM)
  uint64_t last_sent_ = 0;      // the number of the last one sent
  uint64_t last_received_ = 0;  // the number of the last one received
  int64_t outstanding_since_ms_ = 0;
  int64_t received_ms_ = -1;
  int64_t sent_us_ = 0;
  int64_t round_trip_us_ = -1;
};

}  // namespace hermod
