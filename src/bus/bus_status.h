#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bus/shard_id.h"

namespace hermod {

// A server that holds a copy of a shard's data.
struct ReplicaStatus {
  std::string address;  // host:port
  std::string state;    // "online", or what is wrong with it
};

// A snapshot of one shard. The counts are of this process.
struct ShardStatus {
  ShardId shard = kNoShard;
  std::string address;  // host:port of the master
  bool up = false;
  std::string reason;   // as BusStatus::reason, of this shard
  std::string warning;  // as BusStatus::warning, of this shard
  uint64_t users = 0;   // with a subscription
  uint64_t publications_waiting = 0;
  uint64_t publications_in_flight = 0;
  std::vector<ReplicaStatus> replicas;  // those that are known
  // Why publications are answered without a replica; empty: they are not, or REDIS_REPLICAS_MIN is
  // 0.
  std::string replication;
  uint64_t unreplicated = 0;   // publications that were answered without a replica
  int64_t round_trip_us = -1;  // of the last canary command; -1: unknown
  int64_t canary_age_ms = -1;  // since a canary was last received; -1: none yet

  bool works() const { return up && reason.empty(); }
};

struct SentinelStatus {
  std::string address;  // host:port
  bool up = false;
  std::string reason;  // why it is not up
};

// How the servers of the bus are found: one address, Redis Sentinel or Redis Cluster.
enum class BusMode : uint8_t { kSingle, kSentinel, kCluster };

std::string_view label(BusMode mode);  // "single", "sentinel", "cluster"

// A snapshot for health pages and metrics. The counters include shards that no longer exist.
struct BusStatus {
  bool up = false;      // at least one shard is up
  std::string reason;   // why it is down; while up: what does not work at any shard, or empty
  std::string warning;  // a risk although it is up (eviction), or empty
  std::string url;      // credentials shown as ***:***
  uint64_t publications_waiting = 0;
  uint64_t publications_in_flight = 0;
  uint64_t subscriptions = 0;
  uint64_t reconnects = 0;
  uint64_t memory_losses = 0;
  uint64_t devices_forgotten = 0;  // because their users had kDevicesMax others
  uint64_t external_dropped = 0;   // messages that are not UTF-8
  uint64_t unreplicated = 0;       // publications that were answered without a replica
  int64_t round_trip_us = -1;      // of the slowest shard
  int64_t canary_age_ms = -1;      // of the oldest one
  BusMode mode = BusMode::kSingle;
  std::vector<ShardStatus> shards;        // those that exist; one for a plain Redis
  std::vector<uint16_t> open_slots;       // that a resharding left open; their users wait
  std::vector<SentinelStatus> sentinels;  // that are configured or known
  std::vector<std::string> troubles;      // other conditions that an operator should know

  // Whether records can be routed and delivered for the users of at least one shard.
  bool works() const;

  // Whether the pages name the shards. They do not for one plain Redis, whose address is `url`.
  bool names_shards() const { return mode != BusMode::kSingle || shards.size() != 1; }
};

// Fills `up`, `reason`, `warning`, the gauges and `unreplicated` from `status.shards`. Counters of
// shards that no longer exist, and the other fields, are the caller's.
void sum_up_shards(BusStatus& status);

// "the Redis shard 10.0.0.7:6379: <reason>" for each shard that does not work, while the pages name
// the shards; otherwise nothing.
std::vector<std::string> broken_shards(const BusStatus& status);

}  // namespace hermod
