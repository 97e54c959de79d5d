#pragma once
// The names of the keys and channels of one RedisBus.

#include <cstddef>
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

}  // namespace hermod
