#pragma once
// The commands that change the channels of the subscription link, and their confirmations. The link
// sends the commands with its next flush.
//
// A user has one own channel, `pos` in the mode kClassic and `text` otherwise, and the channels of
// REDIS_LISTEN_CHANNELS. In the mode kSharded, one SSUBSCRIBE for each user follows the SUBSCRIBE,
// because the channels of one SSUBSCRIBE must be in one slot. If the slot is served elsewhere, its
// error is then the last reply for the user. Otherwise all channels of a user are
// in one command, the own channel first. A SUBSCRIBE has at most 500 channels, or those of one
// user.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "redis/redis_link.h"
#include "redis_schema/redis_channels.h"
#include "redis_subscribe/user_subscription.h"

namespace hermod {

void subscribe_users(std::span<UserSubscription* const> users, const RedisChannels& channels,
                     RedisLink& link);
void unsubscribe_users(std::span<UserSubscription* const> users, const RedisChannels& channels,
                       RedisLink& link);

// Subscribes to the canary channel, and before it to the channels of a user that does not exist, so
// that a missing right is detected even if no user is connected.
void subscribe_to_canary(const RedisChannels& channels, RedisLink& link);

// The user whose last channel this is: its confirmation comes last and confirms the user. None: it
// is another channel. The view is into `channel` or `space` (UserTag::user_of()).
std::optional<std::string_view> confirmed_user(const RedisChannels& channels,
                                               std::string_view channel, std::string& space);

}  // namespace hermod
