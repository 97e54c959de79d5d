#pragma once
// The kind of the connected server, and the parts of its state that matter to hermod. `hermod
// check` and the service, on each new connection, read them from the replies to HELLO and INFO.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct redisReply;

namespace hermod {

// Something wrong with the server. A kWarning does not keep hermod from working.
struct RedisFinding {
  enum class Level { kWarning, kError } level;
  std::string text;
};

struct RedisProbe {
  std::string version;
  std::string mode;              // standalone, cluster, sentinel; empty: unknown
  std::string role;              // master, replica (or slave); empty: unknown
  std::string run_id;            // of the server process; empty: unknown
  std::string maxmemory_policy;  // empty: unknown
  uint64_t maxmemory_bytes = 0;  // 0: no limit
  uint64_t used_memory_bytes = 0;

  std::string describe() const;  // "Redis 7.0.15, noeviction, 1.2 MiB of 100.0 MiB used"

  // Why hermod cannot use this server (a Sentinel, a cluster node, a replica). Empty: it can.
  std::string unfit() const;

  // Other problems, and values that could not be read.
  std::vector<RedisFinding> findings(bool production) const;
};

// Each updates `probe` with the values in the reply and keeps the other values.
void read_redis_hello(const redisReply& hello, RedisProbe& probe);
void read_redis_info(std::string_view info, RedisProbe& probe);

}  // namespace hermod
