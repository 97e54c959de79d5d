#include "redis_schema/redis_channels.h"

#include <cassert>

#include "base/random.h"

namespace hermod {

RedisChannels make_channels(const RedisChannelOptions& options) {
  RedisChannels channels;
  channels.names = RedisNames(options.prefix, options.database);
  for (const std::string& text : options.listen) {
    if (text == options.publish) channels.publish = channels.listen.size();
    auto pattern = ChannelPattern::parse(text, options.prefix);
    assert(pattern);
    channels.listen.push_back(pattern.take());
  }
  channels.canary = channels.names.canary() + random_uuid();
  channels.check_user = "check-" + random_uuid();
  return channels;
}

}  // namespace hermod
