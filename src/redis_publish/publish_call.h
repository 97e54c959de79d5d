#pragma once
// Writes the call of the publish script for the records of one lane.

#include "redis_publish/publish_lane.h"
#include "redis_publish/redis_publisher_options.h"
#include "redis_schema/channel_pattern.h"
#include "redis_schema/redis_context.h"

namespace hermod {

class PublishCall {
 public:
  PublishCall(const RedisContext& redis, const ChannelPattern& channel,
              const RedisPublisherOptions& options)
      : scripts_(redis.scripts),
        names_(redis.names),
        shared_(redis.shared),
        channel_(channel),
        options_(options) {}

  // The call has the records that the lane has marked as sent; `handler` gets the reply.
  void send(const PublishLane& lane, ReplyHandler& handler) const;

 private:
  RedisScripts& scripts_;
  const RedisNames& names_;
  const RedisSharedState& shared_;
  const ChannelPattern& channel_;
  const RedisPublisherOptions options_;
};

}  // namespace hermod
