#include "bus/redis_bus_options.h"

#include <algorithm>
#include <cassert>

#include "base/random.h"
#include "bus/redis_keys.h"

namespace hermod {
namespace {

constexpr uint64_t kGapMs = 60'000;     // history for a gap in a standing connection, at least
constexpr uint64_t kMarginMs = 60'000;  // a stream outlives the age that replay asks for by this

}  // namespace

RedisLinkOptions link_options(const RedisBusOptions& options) {
  RedisLinkOptions link;
  link.url = options.url;
  link.connect_timeout_ms = options.connect_timeout_ms;
  return link;
}

RedisChannels make_channels(const RedisBusOptions& options) {
  RedisChannels channels;
  for (const std::string& text : options.listen_channels) {
    if (text == options.publish_channel) channels.publish = channels.listen.size();
    auto pattern = ChannelPattern::parse(text);
    assert(pattern);
    channels.listen.push_back(pattern.take());
  }
  channels.canary = std::string(redis_keys::kCanaryPrefix) + random_uuid();
  return channels;
}

RedisPublisherOptions publisher_options(const RedisBusOptions& options) {
  RedisPublisherOptions publisher;
  publisher.history_max = options.history_max;
  publisher.stream_ms = std::max(options.notification_ttl_s * 1000, kGapMs) + kMarginMs;
  publisher.idempotency_ttl_s = options.idempotency_ttl_s;
  return publisher;
}

}  // namespace hermod
