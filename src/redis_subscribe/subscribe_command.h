#pragma once
// Appends the commands that change the channels of the subscription link. The link sends them with
// its next flush.

#include <span>
#include <string_view>

#include "redis/redis_link.h"
#include "redis_schema/redis_channels.h"
#include "redis_subscribe/user_subscription.h"

namespace hermod {

// `name` is SUBSCRIBE or UNSUBSCRIBE. All channels of a user are in one command, the pos channel
// first; a command has at most 500 channels, or those of one user.
void send_for_users(std::string_view name, std::span<UserSubscription* const> users,
                    const RedisChannels& channels, RedisLink& link);

// Subscribes to the canary channel, and before it to the channels of a user that does not exist, so
// that a missing right is detected even if no user is connected.
void subscribe_to_canary(const RedisChannels& channels, RedisLink& link);

}  // namespace hermod
