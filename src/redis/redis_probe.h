#pragma once
// The kind of the connected server, and the parts of its state that matter to hermod. `hermod
// check` and the service, on each new connection, read them from the replies to HELLO and INFO.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "redis/redis_url.h"

struct redisReply;

namespace hermod {

// Something wrong with the server. A kWarning does not keep hermod from working.
struct RedisFinding {
  enum class Level { kWarning, kError } level;
  std::string text;
};

struct RedisProbe {
  std::string product = "Redis";  // or "Valkey"
  std::string version;            // of the product
  std::string mode;               // standalone, cluster, sentinel; empty: unknown
  std::string role;               // master, replica (or slave); empty: unknown
  std::string run_id;             // of the server process; empty: unknown
  std::string maxmemory_policy;   // empty: unknown
  uint64_t maxmemory_bytes = 0;   // 0: no limit
  uint64_t used_memory_bytes = 0;

  std::string describe() const;  // "Redis 7.0.15, noeviction, 1.2 MiB of 100.0 MiB used"

  bool is_replica() const { return role == "replica" || role == "slave"; }

  // Why hermod cannot use this server as a master of a REDIS_URL of this kind (a Sentinel, a
  // cluster node, a single Redis, a replica), and what to use instead. Empty: it can, or `mode` is
  // unknown.
  std::string unfit(RedisUrl::Kind kind) const;

  // Why this server cannot carry sharded channels. Empty: it can, or its version is unknown.
  std::string unfit_for_sharding() const;

  // Other problems, and values that could not be read.
  std::vector<RedisFinding> findings(bool production) const;
};

// Each updates `probe` with the values in the reply and keeps the other values.
void read_redis_hello(const redisReply& hello, RedisProbe& probe);
void read_redis_info(std::string_view info, RedisProbe& probe);

}  // namespace hermod
