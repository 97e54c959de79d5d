#pragma once
// Sends the publications to Redis: one call of the publish script for the oldest records of a lane
// (PublishLanes). Records without a reply are sent again from the front of the lane, because the
// script detects duplicates.

#include <cstdint>
#include <functional>
#include <string>

#include "bus/bus.h"
#include "hermod/log.h"
#include "redis_bus/publish_call.h"
#include "redis_bus/publish_faults.h"
#include "redis_bus/publish_lanes.h"
#include "redis_bus/publish_stall.h"
#include "redis_bus/redis_publisher_options.h"
#include "redis_bus/unpublished_messages.h"
#include "redis_schema/redis_script_probe.h"
#include "redis_schema/redis_scripts.h"
#include "uv/delay_queue.h"
#include "uv/immediate.h"

namespace hermod {

class RedisPublisher final : ReplyTaker {
 public:
  using Changed = std::function<void()>;  // stalled() or unpublished() changed

  RedisPublisher(uv_loop_t* loop, RedisCommands& commands, RedisScripts& scripts,
                 const RedisNames& names, Log& log, const ChannelPattern& channel,
                 const RedisPublisherOptions& options);

  void start(PublishListener& publications, Changed changed);
  void stop();    // from now on, no publication is answered
  void forget();  // after stop(), when no reply can come any more: calls on_unanswered()

  void publish(const Publication& publication);
  void resume();  // commands may be sent
  void pause();

  // Redis' error message if it replies but routes nothing ("OOM ..."). Empty: routing works.
  const std::string& stalled() const { return stall_.reason(); }
  UnpublishedMessages& unpublished() { return unpublished_; }
  const UnpublishedMessages& unpublished() const { return unpublished_; }

  size_t waiting() const { return lanes_.records() - lanes_.flight_records(); }
  size_t in_flight() const { return lanes_.flight_records(); }

 private:
  enum class State { kNew, kPaused, kOpen, kStopped };
  struct Batch {
    size_t records = 0;
    size_t bytes = 0;  // of payloads
  };

  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  void enter(State next);
  bool stopped() const { return state_ == State::kStopped; }
  bool may_send() const;
  void flush();
  void send(PublishLane& lane);
  Batch pick(PublishLane& lane);
  void answer(PublishLane& lane, PublishOutcome outcome, std::string_view error);
  void settle(PublishLane& lane);
  void succeeded();
  void works(PublishLane& lane);
  void fails(PublishLane& lane, const std::string& reason, size_t records);
  void on_probed(const std::string& error);
  void stall(const std::string& reason);

  RedisCommands& commands_;
  RedisScripts& scripts_;
  Log& log_;
  RedisPublisherOptions options_;
  PublishListener* publications_ = nullptr;
  Changed changed_;
  State state_ = State::kNew;
  PublishLanes lanes_;
  PublishCall call_;
  PublishFaults faults_;
  PublishStall stall_;
  UnpublishedMessages unpublished_;
  uv::DelayQueue<PublishLane*> delayed_;  // the lanes that are held
  RedisScriptProbe script_probe_;
  uv::Immediate flush_;
};

}  // namespace hermod
