#pragma once
// What may be set about a RedisBus, and what its parts are told of it.

#include <cstdint>
#include <string>
#include <vector>

#include "bus/redis_channels.h"
#include "bus/redis_keys.h"
#include "bus/redis_link.h"
#include "bus/redis_publisher.h"
#include "bus/redis_replayer.h"
#include "bus/redis_url.h"

namespace hermod {

struct RedisBusOptions {
  RedisUrl url;
  uint64_t connect_timeout_ms = 5000;  // for each address
  uint64_t socket_timeout_ms = 5000;   // a link without an answer for so long is built anew
  std::string prefix{redis_keys::kDefaultPrefix};  // of all names of hermod's own
  std::string publish_channel = "teacher:{user}:notifications";
  std::vector<std::string> listen_channels = {"teacher:{user}:notifications", "ws:{user}"};
  uint64_t idempotency_ttl_s = 86'400;
  uint64_t notification_ttl_s = 300;   // 0: no replay for users who were offline
  uint64_t history_max = 256;          // texts kept of a user
  uint64_t user_patience_ms = 10'000;  // how long an error of one user's own is waited out
};

RedisLinkOptions link_options(const RedisBusOptions& options);
RedisPublisherOptions publisher_options(const RedisBusOptions& options);
RedisReplayer::Options replayer_options(const RedisBusOptions& options);

// A warning if REDIS_PREFIX or the database differs from the default while the channels of protocol
// section 2 do not, since all programs that use this Redis share those; otherwise empty.
std::string shared_channels_warning(const RedisBusOptions& options);

// With a canary's channel of its own.
RedisChannels make_channels(const RedisBusOptions& options);

}  // namespace hermod
