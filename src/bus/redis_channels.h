#pragma once
// The names of one RedisBus: its keys and its channels.

#include <cstddef>
#include <string>
#include <vector>

#include "bus/channel_pattern.h"
#include "bus/redis_keys.h"

namespace hermod {

struct RedisChannels {
  RedisNames names;
  std::vector<ChannelPattern> listen;
  size_t publish = 0;  // which of them this process publishes on
  std::string canary;
  std::string
      check_user;  // one that does not exist, whose channels and keys show what is permitted
};

}  // namespace hermod
