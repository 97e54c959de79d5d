#pragma once
// The options of a RedisBus, and the options of its components that follow from them.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bus/presence.h"
#include "redis/redis_link.h"
#include "redis/redis_url.h"
#include "redis_bus/redis_ack_cursor_options.h"
#include "redis_publish/redis_publisher_options.h"
#include "redis_replay/redis_replayer_options.h"
#include "redis_replicas/replica_ack_options.h"
#include "redis_schema/redis_channels.h"
#include "redis_schema/redis_keys.h"
#include "redis_topology/redis_topology.h"
#include "redis_topology/topology_options.h"

namespace hermod {

struct RedisBusOptions {
  RedisUrl url;  // its credentials include those of the other settings
  RedisCredentials sentinel_credentials;
  std::shared_ptr<TlsContext> tls;     // not null exactly if the URL says so
  uint32_t replicas_min = 0;           // that must have a message before it is answered
  uint64_t replica_wait_ms = 10'000;   // how long that is waited for
  uint64_t connect_timeout_ms = 5000;  // per address
  uint64_t socket_timeout_ms = 5000;   // a link without a reply for this long reconnects
  std::string prefix{redis_keys::kDefaultPrefix};  // of hermod's own keys and channels
  // Empty: only the processes of hermod receive its own messages.
  std::string publish_channel = "teacher:{user}:notifications";
  std::vector<std::string> listen_channels = {"teacher:{user}:notifications", "ws:{user}"};
  PublishMode mode = PublishMode::kClassic;  // kClassic without a publish_channel is kText
  // kSharded is only meant for servers that know sharded channels; settle_mode() decides.
  bool mode_automatic = false;
  uint64_t idempotency_ttl_s = 86'400;
  uint64_t notification_ttl_s = 300;  // 0: no replay for users who were offline
  uint64_t history_max = 256;         // messages kept per user
  bool entries_have_hash = false;     // as in RedisPublisherOptions
  uint64_t presence_grace_ms = kPresenceGraceMs;
  std::string process;                 // the id of this process; empty: RedisBus makes one
  uint64_t user_patience_ms = 10'000;  // how long an error of a single user is retried
};

// The endpoint of the result is not set.
RedisLinkOptions link_options(const RedisBusOptions& options);
TopologyOptions topology_options(const RedisBusOptions& options);
RedisPublisherOptions publisher_options(const RedisBusOptions& options);
ReplicaAckOptions replica_options(const RedisBusOptions& options);
RedisAckCursorOptions ack_cursor_options(const RedisBusOptions& options);
RedisReplayerOptions replayer_options(const RedisBusOptions& options);

// A warning if REDIS_PREFIX or the database differs from the default but the channels of protocol
// section 2 do not, because all programs on the Redis server share those. Otherwise empty.
std::string shared_channels_warning(const RedisBusOptions& options);

// Replaces the mode kSharded of a cluster that does not know sharded channels by kClassic, if the
// mode is automatic. Once: the mode does not change while the process runs. Returns whether it was
// replaced. Precondition: the topology knows masters.
bool settle_mode(RedisBusOptions& options, const TopologyFacts& facts);

RedisChannels make_channels(const RedisBusOptions& options);

}  // namespace hermod
