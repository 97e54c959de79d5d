#pragma once
// What kind of server answers, and what matters to us of its state: read from HELLO and INFO, by
// `hermod check` and by the service at each new connection. Pure but for the text it is given.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct redisReply;

namespace hermod {

// A fault is an error, or a warning that does not keep hermod from working.
struct RedisFinding {
  enum class Level { kWarning, kError } level;
  std::string text;
};

struct RedisProbe {
  std::string version;
  std::string mode;              // standalone, cluster, sentinel; empty: not known
  std::string role;              // master, replica (or slave); empty: not known
  std::string maxmemory_policy;  // empty: Redis does not tell
  uint64_t maxmemory_bytes = 0;  // 0: no limit
  uint64_t used_memory_bytes = 0;

  std::string describe() const;  // "Redis 7.0.15, noeviction, 1.2 MiB of 100.0 MiB used"

  // Why this server cannot serve at all, empty where it can: a Sentinel, a cluster's node, a
  // replica.
  std::string unfit() const;

  // What else is wrong, or could not be seen.
  std::vector<RedisFinding> findings(bool production) const;
};

// Each takes in what the answer has; the rest stays as it is.
void read_redis_hello(const redisReply& hello, RedisProbe& probe);
void read_redis_info(std::string_view info, RedisProbe& probe);

}  // namespace hermod
