#pragma once
// The names of the keys and channels of one RedisBus.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "redis_schema/channel_pattern.h"
#include "redis_schema/publish_mode.h"
#include "redis_schema/redis_keys.h"

namespace hermod {

struct RedisChannels {
  RedisNames names;
  PublishMode mode = PublishMode::kClassic;
  std::vector<ChannelPattern> listen;
  // Another hash tag for the names of the shard; see RedisChannelOptions. The canary channel and
  // the check_user change with it.
  void set_tag(std::string_view tag);

  size_t publish = 0;  // kClassic: the index in `listen` of the channel to publish on
  std::string canary;
  std::string check_user;  // does not exist; its channels and keys are used to test the rights

  // The suffix of the own channel of each user that is subscribed to.
  std::string_view own_suffix() const {
    return mode == PublishMode::kClassic ? redis_keys::kPos : redis_keys::kText;
  }
};

// The settings that the names follow from.
struct RedisChannelOptions {
  std::string prefix{redis_keys::kDefaultPrefix};  // REDIS_PREFIX
  uint64_t database = 0;
  std::string publish;              // REDIS_PUBLISH_CHANNEL; kClassic without one is kText
  std::vector<std::string> listen;  // REDIS_LISTEN_CHANNELS
  PublishMode mode = PublishMode::kClassic;
  std::string tag = {};  // of a shard, as for RedisNames
};

// Each call returns a new canary channel and a new check_user. With a tag, the check_user is the
// tag, so that its keys are in a slot of the shard. Precondition: check_channels() accepts the
// channels.
RedisChannels make_channels(const RedisChannelOptions& options);

}  // namespace hermod
