#include "redis_bus/redis_bus_options.h"

#include <algorithm>
#include <utility>

namespace hermod {
namespace {

constexpr uint64_t kGapMs = 60'000;     // minimum history for a gap on an open connection
constexpr uint64_t kMarginMs = 60'000;  // by which a stream outlives the maximum age of a replay

}  // namespace

RedisLinkOptions link_options(const RedisBusOptions& options) {
  RedisLinkOptions link;
  link.credentials = options.url.credentials;
  link.database = options.url.database;
  link.tls = options.tls;
  link.connect_timeout_ms = options.connect_timeout_ms;
  return link;
}

TopologyOptions topology_options(const RedisBusOptions& options) {
  TopologyOptions made;
  made.kind = options.url.kind;
  made.seeds = options.url.seeds;
  made.master_name = options.url.master;
  made.link = link_options(options);
  made.sentinel_credentials = options.sentinel_credentials;
  return made;
}

bool settle_mode(RedisBusOptions& options, const TopologyFacts& facts) {
  const bool automatic = std::exchange(options.mode_automatic, false);
  if (!automatic || facts.sharded_channels) return false;
  options.mode = PublishMode::kClassic;
  return true;
}

RedisChannels make_channels(const RedisBusOptions& options) {
  return make_channels({.prefix = options.prefix,
                        .database = options.url.database,
                        .publish = options.publish_channel,
                        .listen = options.listen_channels,
                        .mode = options.mode});
}

std::string shared_channels_warning(const RedisBusOptions& options) {
  const bool own_prefix = options.prefix != redis_keys::kDefaultPrefix;
  if (!own_prefix && options.url.database == 0) return {};
  const RedisBusOptions defaults;
  for (const std::string& channel : defaults.listen_channels) {
    const auto& listen = options.listen_channels;
    if (std::find(listen.begin(), listen.end(), channel) == listen.end()) continue;
    return std::string(own_prefix ? "REDIS_PREFIX" : "the database number") +
           " does not separate the channel " + channel +
           ", which all programs on this Redis server share; set REDIS_PUBLISH_CHANNEL and "
           "REDIS_LISTEN_CHANNELS to channels that only this environment uses";
  }
  return {};
}

RedisPublisherOptions publisher_options(const RedisBusOptions& options) {
  RedisPublisherOptions publisher;
  publisher.history_max = options.history_max;
  publisher.stream_ms = std::max(options.notification_ttl_s * 1000, kGapMs) + kMarginMs;
  publisher.user_s = std::max(redis_keys::kUserSeconds, publisher.stream_ms / 1000);
  publisher.entries_have_hash = options.entries_have_hash;
  publisher.user_patience_ms = options.user_patience_ms;
  publisher.idempotency_ttl_s = options.idempotency_ttl_s;
  return publisher;
}

ReplicaAckOptions replica_options(const RedisBusOptions& options) {
  return {.replicas_min = options.replicas_min,
          .replica_wait_ms = options.replica_wait_ms,
          .socket_timeout_ms = options.socket_timeout_ms};
}

RedisAckCursorOptions ack_cursor_options(const RedisBusOptions& options) {
  return {.process = options.process,
          .life_s = publisher_options(options).user_s,
          .hold_s = options.notification_ttl_s};
}

RedisReplayerOptions replayer_options(const RedisBusOptions& options) {
  constexpr uint64_t kNoticedMs = 2000;  // how late a silent link is noticed, after its timeout
  RedisReplayerOptions replayer;
  replayer.process = options.process;
  replayer.user_s = publisher_options(options).user_s;
  replayer.offline_ms = options.notification_ttl_s * 1000;
  replayer.user_patience_ms = options.user_patience_ms;
  replayer.travel_ms = options.socket_timeout_ms + kNoticedMs;
  return replayer;
}

}  // namespace hermod
