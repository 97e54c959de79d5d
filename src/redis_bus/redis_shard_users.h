#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bus/bus.h"
#include "redis_bus/ack_cursor_queue.h"
#include "redis_bus/redis_seen.h"
#include "redis_leases/lease_queue.h"

namespace hermod {

// What a shard knows of users that move to another one.
struct RedisShardUsers {
  std::vector<std::string> subscribed;
  std::vector<Publication> publications;  // of each user in their order
  std::vector<AckCursorQueue::Entry> ack_cursors;
  std::vector<RedisSeen::Seen> seen;
  std::vector<std::pair<std::string, LeaseQueue::Lease>> leases;
};

}  // namespace hermod
