#pragma once
// The channels of one RedisBus.

#include <cstddef>
#include <string>
#include <vector>

#include "bus/channel_pattern.h"

namespace hermod {

struct RedisChannels {
  std::vector<ChannelPattern> listen;
  size_t publish = 0;  // which of them is the one that texts with places come on
  std::string canary;
};

}  // namespace hermod
