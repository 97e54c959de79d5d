#pragma once
// A connected user, named by its id, with the list of its sessions. Owned by Hub, one for each user
// with at least one connection.

#include <cstdint>

#include "base/named_set_item.h"

namespace hermod {

class Session;

// The members are ordered so that there is no padding.
struct HubUser : NamedSetItem<HubUser> {
  uint16_t session_count = 0;
  // Steady time of the subscribe request; the low bits suffice to compute how long it took.
  uint32_t subscribed_at_ms = 0;
  Session* sessions = nullptr;  // a list, newest first
  // The user's tokens that were issued in this second or before are revoked; 0: none are known.
  uint32_t revoked_s = 0;
  uint16_t leased = 0;      // of its sessions, the oldest: they are admitted, the others wait
  bool subscribed = false;  // has been confirmed once; the bus rejects pages while it is not
  bool moving = false;      // to another shard, where the subscription is not confirmed yet
};

}  // namespace hermod
