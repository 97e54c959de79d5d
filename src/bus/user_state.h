#pragma once

#include <cstdint>

#include "base/named.h"

namespace hermod {

// What is known of one user's subscription; named by the user's id.
struct UserState : Named<UserState> {
  uint8_t wanted : 1 = 0;    // subscribed as far as the caller is concerned
  uint8_t sent : 1 = 0;      // subscribed as far as the commands sent are concerned
  uint8_t pending : 1 = 0;   // its SUBSCRIBE is not confirmed yet: nothing else is sent meanwhile
  uint8_t queued : 1 = 0;    // a command may have to be sent for it
  uint8_t announce : 1 = 0;  // the caller waits to hear of it
};

}  // namespace hermod
