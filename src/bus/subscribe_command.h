#pragma once
// The commands that change which channels the subscribe link is subscribed to. They are sent with
// the link's next flush.

#include <span>
#include <string_view>

#include "bus/redis_channels.h"
#include "bus/redis_link.h"
#include "bus/user_state.h"

namespace hermod {

// `name` is SUBSCRIBE or UNSUBSCRIBE. All channels of a user are in one command, the pos channel
// first; a command has 500 channels or few more.
void send_for_users(std::string_view name, std::span<UserState* const> users,
                    const RedisChannels& channels, RedisLink& link);

// Subscribes to the canary's channel, and before it to the channels of a user that does not exist:
// a missing right is then noticed although no user is connected.
void subscribe_to_canary(const RedisChannels& channels, RedisLink& link);

}  // namespace hermod
