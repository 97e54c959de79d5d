#include "redis_subscribe/subscribe_command.h"

#include <algorithm>

#include "redis/redis_command.h"
#include "redis_schema/channel_pattern.h"
#include "redis_schema/user_tag.h"

namespace hermod {
namespace {

constexpr size_t kCommandChannelsMax = 500;

// The name of a command, and of its form for sharded channels.
struct CommandNames {
  std::string_view plain;
  std::string_view sharded;
};
constexpr CommandNames kSubscribe = {"SUBSCRIBE", "SSUBSCRIBE"};
constexpr CommandNames kUnsubscribe = {"UNSUBSCRIBE", "SUNSUBSCRIBE"};

bool is_sharded(const RedisChannels& channels) {
  return channels.mode == PublishMode::kSharded;
}

// The channels of a user in a command that is not sharded.
size_t plain_channels(const RedisChannels& channels) {
  return channels.listen.size() + (is_sharded(channels) ? 0 : 1);
}

void add_own(RedisCommand& command, const RedisChannels& channels, std::string_view user) {
  command.add(channels.names.user_channel(), UserTag(user).text(), channels.own_suffix());
}

void add_plain(RedisCommand& command, const RedisChannels& channels, std::string_view user) {
  if (!is_sharded(channels)) add_own(command, channels, user);
  for (const ChannelPattern& pattern : channels.listen) {
    command.add(pattern.prefix(), user, pattern.suffix());
  }
}

void send_sharded(CommandNames names, std::string_view user, const RedisChannels& channels,
                  RedisLink& link) {
  RedisCommand command = link.command(2);
  command.add(names.sharded);
  add_own(command, channels, user);
}

void send(CommandNames names, std::span<UserSubscription* const> users,
          const RedisChannels& channels, RedisLink& link) {
  const size_t channels_each = plain_channels(channels);
  const size_t users_each =
      std::max<size_t>(1, kCommandChannelsMax / std::max<size_t>(1, channels_each));
  for (auto rest = users; channels_each > 0 && !rest.empty();) {
    const auto part = rest.first(std::min(users_each, rest.size()));
    RedisCommand command = link.command(1 + part.size() * channels_each);
    command.add(names.plain);
    for (const UserSubscription* user : part) add_plain(command, channels, user->name());
    rest = rest.subspan(part.size());
  }
  if (!is_sharded(channels)) return;
  for (const UserSubscription* user : users) send_sharded(names, user->name(), channels, link);
}

}  // namespace

void subscribe_users(std::span<UserSubscription* const> users, const RedisChannels& channels,
                     RedisLink& link) {
  send(kSubscribe, users, channels, link);
}

void unsubscribe_users(std::span<UserSubscription* const> users, const RedisChannels& channels,
                       RedisLink& link) {
  send(kUnsubscribe, users, channels, link);
}

void subscribe_to_canary(const RedisChannels& channels, RedisLink& link) {
  if (!is_sharded(channels)) {
    RedisCommand command = link.command(2 + plain_channels(channels));
    command.add(kSubscribe.plain);
    add_plain(command, channels, channels.check_user);
    command.add(channels.canary);
    return;
  }
  if (!channels.listen.empty()) {
    RedisCommand command = link.command(1 + plain_channels(channels));
    command.add(kSubscribe.plain);
    add_plain(command, channels, channels.check_user);
  }
  send_sharded(kSubscribe, channels.check_user, channels, link);
  link.command(2).add(kSubscribe.sharded).add(channels.canary);
}

std::optional<std::string_view> confirmed_user(const RedisChannels& channels,
                                               std::string_view channel, std::string& space) {
  if (channels.mode == PublishMode::kSharded) return channels.names.text_user(channel, space);
  if (!channels.listen.empty()) return channels.listen.back().match(channel);
  return channels.mode == PublishMode::kClassic ? channels.names.pos_user(channel, space)
                                                : channels.names.text_user(channel, space);
}

}  // namespace hermod
