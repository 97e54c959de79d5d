#pragma once
// One look at Redis, for `hermod check`: connects, authenticates, pings and reads what matters to
// us from INFO. Blocks, and so has no place on the loop.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bus/redis_url.h"
#include "hermod/result.h"

namespace hermod {

struct RedisProbe {
  std::string version;
  std::string maxmemory_policy;  // empty: Redis does not tell
  uint64_t maxmemory_bytes = 0;  // 0: no limit
  uint64_t used_memory_bytes = 0;

  std::string describe() const;  // "Redis 7.0.15, noeviction, 1.2 MiB of 100.0 MiB used"
  std::vector<std::string> warnings() const;  // what will not do in service, a sentence each
};

// `timeout_ms` bounds each step. The error never repeats credentials.
Result<RedisProbe> probe_redis(const RedisUrl& url, uint64_t timeout_ms);

// Reads the answer to INFO; what it lacks stays empty.
RedisProbe read_redis_info(std::string_view info);

}  // namespace hermod
