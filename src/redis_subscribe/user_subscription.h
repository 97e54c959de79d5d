#pragma once

#include <cstdint>

#include "base/named_set_item.h"

namespace hermod {

// The state of one user's subscription; its name is the user id.
struct UserSubscription : NamedSetItem<UserSubscription> {
  uint8_t wanted : 1 = 0;    // the caller wants the subscription
  uint8_t sent : 1 = 0;      // SUBSCRIBE was sent, and no UNSUBSCRIBE after it
  uint8_t pending : 1 = 0;   // SUBSCRIBE is not confirmed yet: no other command is sent until then
  uint8_t queued : 1 = 0;    // a command may have to be sent
  uint8_t announce : 1 = 0;  // the caller waits for on_subscribed()
};

}  // namespace hermod
