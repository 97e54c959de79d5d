#pragma once
// Writes the call of the publish script for the records of one lane.

#include "redis_publish/publish_lane.h"
#include "redis_publish/redis_publisher_options.h"
#include "redis_schema/redis_channels.h"
#include "redis_schema/redis_context.h"

namespace hermod {

class PublishCall {
 public:
  PublishCall(const RedisContext& redis, const RedisChannels& channels,
              const RedisPublisherOptions& options)
      : scripts_(redis.scripts), shared_(redis.shared), channels_(channels), options_(options) {}

  // The call has the records that the lane has marked as sent; `handler` gets the reply.
  void send(const PublishLane& lane, ReplyHandler& handler) const;

 private:
  void add_channels(RedisCommand& call, std::string_view user, const UserTag& tag) const;

  RedisScripts& scripts_;
  const RedisSharedState& shared_;
  const RedisChannels& channels_;
  const RedisPublisherOptions options_;
};

}  // namespace hermod
