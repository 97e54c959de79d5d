#pragma once
// Port: the state of the process that the pages show. Called at each request. Implemented in
// `server/`.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hermod {

struct ReplicaHealth {
  std::string address;  // host:port
  std::string state;
};

struct ShardHealth {
  std::string address;  // host:port of the master
  bool up = false;
  std::string reason;   // why it is down, or what does not work; empty: everything works
  std::string warning;  // a risk although it is up, or empty
  uint64_t users = 0;   // of this process, with a subscription
  std::vector<ReplicaHealth> replicas;
  std::string replication;  // why publications are answered without a replica, or empty
};

struct SentinelHealth {
  std::string address;
  bool up = false;
  std::string reason;  // why it is not up
};

// The servers of a Redis that is more than one plain server.
struct RedisServers {
  std::string_view mode;  // "single", "sentinel" or "cluster"
  std::vector<ShardHealth> shards;
  std::vector<uint16_t> open_slots;
  std::vector<SentinelHealth> sentinels;
  std::vector<std::string> troubles;
};

struct BackendHealth {
  bool up = false;
  std::string where;  // URL or brokers, credentials masked; "memory" for the in-memory one
  std::string error;  // why it is not up
  std::vector<std::string> missing_topics;   // subscribed topics that do not exist (Kafka)
  std::string warning = {};                  // a risk although it is up (Redis)
  std::optional<RedisServers> servers = {};  // unset: one plain server, or Kafka
  bool consumes = true;                      // false: KAFKA_CONSUME=false
};

class HealthView {
 public:
  virtual std::string service() const = 0;
  virtual std::string environment() const = 0;
  virtual int64_t uptime_ms() const = 0;
  virtual BackendHealth redis() const = 0;
  virtual BackendHealth kafka() const = 0;
  virtual bool ready() const = 0;
  virtual bool degraded() const = 0;  // ready, but some users are not served
  // Why the process is not ready; while it is ready, conditions that need an operator.
  virtual std::vector<std::string> reasons() const = 0;
  // Conditions that an operator should know and that do not change readiness.
  virtual std::vector<std::string> warnings() const = 0;
  virtual size_t connections() const = 0;  // WebSockets, including those in their handshake
  virtual size_t connections_per_user_max() const = 0;
  virtual std::optional<std::string> metrics() const = 0;  // Prometheus text; nullopt: disabled

 protected:
  ~HealthView() = default;
};

}  // namespace hermod
