#pragma once
// The publications on their way into Redis. Each user has a lane; of a lane at most one call is
// under way, and it carries the lane's oldest records in order. What is not answered goes again
// from the lane's front: the script knows repeats.

#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

#include "base/backoff.h"
#include "base/text_hash.h"
#include "bus/bus.h"
#include "bus/channel_pattern.h"
#include "bus/held.h"
#include "bus/publish_lane.h"
#include "bus/redis_keys.h"
#include "bus/redis_scripts.h"
#include "bus/redis_witness.h"
#include "hermod/log.h"
#include "uv/immediate.h"

namespace hermod {

struct RedisPublisherOptions {
  uint64_t history_max = 256;
  uint64_t stream_ms = 360'000;                // how long a user's stream lives without a new text
  uint64_t user_s = redis_keys::kUserSeconds;  // the same of its `last` and `mark`
  uint64_t idempotency_ttl_s = 86'400;
  uint64_t user_patience_ms = 10'000;   // how long a user's own error is waited out
  size_t call_records_max = 64;         // of one call
  size_t call_bytes_max = 262'144;      // of its texts; one record goes in any case
  size_t flight_records_max = 2000;     // of all calls under way
  size_t flight_bytes_max = 4'194'304;  // Redis cuts a subscriber that lags 32 MB behind
};

class RedisPublisher final : ReplyTaker {
 public:
  // What it tells the bus.
  class Listener {
   public:
    virtual void on_publisher_changed() = 0;  // ask stalled() and unpublished()
    virtual void on_scripts_gone() = 0;       // NOSCRIPT: load them again, then call resume()
   protected:
    ~Listener() = default;
  };

  RedisPublisher(uv_loop_t* loop, RedisCommands& commands, RedisScripts& scripts,
                 const RedisNames& names, Log& log, const ChannelPattern& channel,
                 RedisPublisherOptions options);

  void start(PublishListener& publications, Listener& listener);
  void stop();    // answers nothing any more
  void forget();  // stopped, and no reply can come: tells the listener that the rest is unanswered

  void publish(const Publication& publication);
  void resume();  // commands may be sent (again)
  void pause();
  void forget_unpublished() { set_unpublished({}); }

  // Why the step cannot work although Redis answers, in Redis' words ("OOM ..."). Empty: it works.
  const std::string& stalled() const { return stalled_; }
  // Why the last text was kept but not published. Empty: it was published.
  const std::string& unpublished() const { return unpublished_; }

  size_t waiting() const { return records_ - flight_records_; }
  size_t in_flight() const { return flight_records_; }

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  void flush();
  bool may_send() const;
  void send(PublishLane& lane);
  size_t pick(PublishLane& lane);
  void add_call(const PublishLane& lane);
  PublishLane* land();
  void settle(PublishLane& lane);
  void answer_front(PublishLane& lane, PublishOutcome outcome, std::string_view error);
  void succeeded();
  void works(PublishLane& lane);
  void fails(PublishLane& lane, const std::string& reason, size_t records);
  void hold(PublishLane& lane, const std::string& reason);
  bool others_work(const PublishLane& lane) const;
  bool is_hopeless(const PublishLane& lane) const;
  void on_witness(const std::string& error);
  void stall(const std::string& reason);
  void set_unpublished(std::string_view reason);

  RedisCommands& commands_;
  RedisScripts& scripts_;
  const RedisNames& names_;
  Log& log_;
  const ChannelPattern& channel_;
  RedisPublisherOptions options_;
  PublishListener* publications_ = nullptr;
  PublishListener* stopped_ = nullptr;  // who it was, between stop() and forget()
  Listener* listener_ = nullptr;
  std::unordered_map<std::string, PublishLane, TextHash, std::equal_to<>> lanes_;
  std::deque<PublishLane*> ready_;   // have records and no call under way, in their order of coming
  std::deque<PublishLane*> flight_;  // have a call under way, in the order of the calls
  Held<PublishLane*> held_;          // wait for a back-off of their own
  int64_t succeeded_ms_ = 0;         // steady: when a call succeeded last
  RedisWitness witness_;
  size_t records_ = 0;
  size_t flight_records_ = 0;
  size_t flight_bytes_ = 0;
  bool open_ = false;
  bool probe_ = false;  // stalled, and one call may try whether it works again
  std::string stalled_;
  std::string unpublished_;
  Backoff backoff_{50, 1000};
  uv::Immediate flush_;
  uv::Timer retry_;
};

}  // namespace hermod
