#include "redis_schema/redis_channels.h"

#include <cassert>

#include "base/random.h"

namespace hermod {

RedisChannels make_channels(const RedisChannelOptions& options) {
  RedisChannels channels;
  channels.names = RedisNames(options.prefix, options.database);
  channels.mode = options.mode;
  if (options.mode == PublishMode::kClassic && options.publish.empty()) {
    channels.mode = PublishMode::kText;
  }
  for (const std::string& text : options.listen) {
    if (text == options.publish) channels.publish = channels.listen.size();
    auto pattern = ChannelPattern::parse(text, options.prefix);
    assert(pattern);
    channels.listen.push_back(pattern.take());
  }
  channels.set_tag(options.tag);
  return channels;
}

void RedisChannels::set_tag(std::string_view tag) {
  names.set_tag(tag);
  canary = names.canary() + random_uuid();
  check_user = tag.empty() ? "check-" + random_uuid() : std::string(tag);
}

}  // namespace hermod
