#pragma once
// The names of the keys and channels of one RedisBus.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "redis_schema/channel_pattern.h"
#include "redis_schema/redis_keys.h"

namespace hermod {

struct RedisChannels {
  RedisNames names;
  std::vector<ChannelPattern> listen;
  size_t publish = 0;  // the index in `listen` of the channel to publish on
  std::string canary;
  std::string check_user;  // does not exist; its channels and keys are used to test the rights
};

// The settings that the names follow from.
struct RedisChannelOptions {
  std::string prefix{redis_keys::kDefaultPrefix};  // REDIS_PREFIX
  uint64_t database = 0;
  std::string publish;              // REDIS_PUBLISH_CHANNEL
  std::vector<std::string> listen;  // REDIS_LISTEN_CHANNELS
};

// Each call returns a new canary channel and a new check_user. Precondition: check_channels()
// accepts the channels.
RedisChannels make_channels(const RedisChannelOptions& options);

}  // namespace hermod
