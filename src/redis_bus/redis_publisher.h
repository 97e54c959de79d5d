#pragma once
// Sends the publications to Redis. Each user has a lane. A lane has at most one open call, which
// carries its oldest records in order. Records without a reply are sent again from the front of the
// lane, because the script detects duplicates.

#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

#include "base/backoff.h"
#include "base/text_hash.h"
#include "bus/bus.h"
#include "hermod/log.h"
#include "redis_bus/delay_queue.h"
#include "redis_bus/publish_lane.h"
#include "redis_bus/unpublished_messages.h"
#include "redis_schema/channel_pattern.h"
#include "redis_schema/redis_keys.h"
#include "redis_schema/redis_script_probe.h"
#include "redis_schema/redis_scripts.h"
#include "uv/immediate.h"

namespace hermod {

struct RedisPublisherOptions {
  uint64_t history_max = 256;
  uint64_t stream_ms = 360'000;                // lifetime of a stream without a new message
  uint64_t user_s = redis_keys::kUserSeconds;  // the same for `last` and `mark`
  uint64_t idempotency_ttl_s = 86'400;
  uint64_t user_patience_ms = 10'000;   // how long an error of a single user is retried
  size_t call_records_max = 64;         // per call
  size_t call_bytes_max = 262'144;      // of payloads per call, which has at least one record
  size_t flight_records_max = 2000;     // in all open calls
  size_t flight_bytes_max = 4'194'304;  // Redis disconnects a subscriber that lags by 32 MB
};

class RedisPublisher final : ReplyTaker {
 public:
  using Changed = std::function<void()>;  // stalled() or unpublished() changed

  RedisPublisher(uv_loop_t* loop, RedisCommands& commands, RedisScripts& scripts,
                 const RedisNames& names, Log& log, const ChannelPattern& channel,
                 RedisPublisherOptions options);

  void start(PublishListener& publications, Changed changed);
  void stop();    // from now on, no publication is answered
  void forget();  // after stop(), when no reply can come any more: calls on_unanswered()

  void publish(const Publication& publication);
  void resume();  // commands may be sent
  void pause();
  // Redis refused PUBLISH, and now permits it.
  void publish_permitted();

  // Redis' error message if it replies but routes nothing ("OOM ..."). Empty: routing works.
  const std::string& stalled() const { return stalled_; }
  // Why the last message was stored but not published. Empty: it was published.
  const std::string& unpublished() const { return unpublished_.reason(); }
  // True once after messages were stored but not published: all sessions must read them.
  bool take_unread() { return unpublished_.take_unread(); }

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
  PublishLane* pop_flight();
  void settle(PublishLane& lane);
  void answer_front(PublishLane& lane, PublishOutcome outcome, std::string_view error);
  void succeeded();
  void works(PublishLane& lane);
  void fails(PublishLane& lane, const std::string& reason, size_t records);
  void hold(PublishLane& lane, const std::string& reason);
  bool others_work(const PublishLane& lane) const;
  bool is_hopeless(const PublishLane& lane) const;
  void on_probed(const std::string& error);
  void stall(const std::string& reason);
  void set_unpublished(std::string_view reason);

  RedisCommands& commands_;
  RedisScripts& scripts_;
  const RedisNames& names_;
  Log& log_;
  const ChannelPattern& channel_;
  RedisPublisherOptions options_;
  PublishListener* publications_ = nullptr;
  PublishListener* stopped_ = nullptr;  // `publications_` between stop() and forget()
  Changed changed_;
  std::unordered_map<std::string, PublishLane, TextHash, std::equal_to<>> lanes_;
  std::deque<PublishLane*> ready_;    // lanes with records and no open call, longest wait first
  std::deque<PublishLane*> flight_;   // lanes with an open call, in the order of the calls
  DelayQueue<PublishLane*> delayed_;  // lanes that wait for their back-off
  int64_t succeeded_ms_ = 0;          // steady time of the last successful call
  RedisScriptProbe script_probe_;
  size_t records_ = 0;
  size_t flight_records_ = 0;
  size_t flight_bytes_ = 0;
  bool open_ = false;
  bool probe_ = false;  // while stalled: one call may test whether routing works again
  std::string stalled_;
  UnpublishedMessages unpublished_;
  Backoff backoff_{50, 1000};
  uv::Immediate flush_;
  uv::Timer retry_;
};

}  // namespace hermod
