#include "redis_subscribe/subscribe_command.h"

#include <algorithm>

#include "redis/redis_command.h"
#include "redis_schema/channel_pattern.h"
#include "redis_schema/redis_keys.h"
#include "redis_schema/user_tag.h"

namespace hermod {
namespace {

constexpr size_t kCommandChannelsMax = 500;

void add_channels(RedisCommand& command, const RedisChannels& channels, std::string_view user) {
  command.add(channels.names.user_channel(), UserTag(user).text(), redis_keys::kPos);
  for (const ChannelPattern& pattern : channels.listen) {
    command.add(pattern.prefix(), user, pattern.suffix());
  }
}

}  // namespace

void send_for_users(std::string_view name, std::span<UserSubscription* const> users,
                    const RedisChannels& channels, RedisLink& link) {
  const size_t channels_each = channels.listen.size() + 1;
  const size_t users_each = std::max<size_t>(1, kCommandChannelsMax / channels_each);
  while (!users.empty()) {
    const auto part = users.first(std::min(users_each, users.size()));
    RedisCommand command = link.command(1 + part.size() * channels_each);
    command.add(name);
    for (const UserSubscription* user : part) add_channels(command, channels, user->name());
    users = users.subspan(part.size());
  }
}

void subscribe_to_canary(const RedisChannels& channels, RedisLink& link) {
  RedisCommand command = link.command(3 + channels.listen.size());
  command.add("SUBSCRIBE");
  add_channels(command, channels, channels.check_user);
  command.add(channels.canary);
}

}  // namespace hermod
