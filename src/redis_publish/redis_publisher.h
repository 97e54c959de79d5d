#pragma once
// Sends the publications to Redis: one call of the publish script for the oldest records of a lane
// (PublishQueue). Records without a reply are sent again from the front of the lane, because the
// script detects duplicates. If the link failed, its next connection may lead to another master:
// with held answers (PublishAnswers), the owner calls queue().put_back_held() before resume().

#include <functional>
#include <string>

#include "bus/bus.h"
#include "redis_publish/publish_call.h"
#include "redis_publish/publish_health.h"
#include "redis_publish/publish_queue.h"
#include "redis_publish/redis_publisher_options.h"
#include "redis_publish/unpublished_messages.h"
#include "redis_schema/redis_context.h"
#include "uv/immediate.h"

namespace hermod {

class RedisPublisher final : ReplyHandler {
 public:
  using Changed = std::function<void()>;  // stalled() or `unpublished` changed

  RedisPublisher(const RedisContext& redis, const RedisChannels& channels,
                 const RedisPublisherOptions& options, UnpublishedMessages& unpublished,
                 Changed changed);

  void start(PublishListener& publications);
  void stop();    // from now on, no publication is answered
  void forget();  // after stop(), when no reply can come any more: drops the publications

  void publish(const Publication& publication);
  void resume();  // commands may be sent
  void pause();

  // Redis' error message if it replies but routes nothing ("OOM ..."). Empty: routing works.
  const std::string& stalled() const { return health_.stalled(); }
  PublishQueue& queue() { return queue_; }
  const PublishQueue& queue() const { return queue_; }

 private:
  enum class State { kNew, kPaused, kOpen, kStopped };

  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  void enter(State next);
  bool may_send() const;
  void flush();
  void ignore();
  void works(PublishLane& lane);
  void fails(PublishLane& lane, const std::string& reason, size_t records);

  RedisContext redis_;
  UnpublishedMessages& unpublished_;
  Changed changed_;
  State state_ = State::kNew;
  PublishQueue queue_;
  PublishCall call_;
  PublishHealth health_;
  uv::Immediate flush_;
};

}  // namespace hermod
