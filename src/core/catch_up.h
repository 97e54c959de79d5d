#pragma once
// What is kept of a session that is not live. Owned by it; most have none, since a session is live
// for most of its life.

#include <cstddef>
#include <memory>
#include <vector>

#include "base/place.h"
#include "core/outbox.h"

namespace hermod {

class Session;

struct CatchUp {
  std::vector<Outbox::Item> held;  // external messages that came meanwhile, bounded as an outbox
  int64_t joined_ms =
      0;  // steady, since it is connected: what is routed from then on is not missed
  size_t held_bytes = 0;           // of their frames
  std::shared_ptr<Session*> self;  // what a page under way comes back to; replaced to forget it
  Place passed_by;                 // the newest that went by
  Place passed_first;              // the first that did since the subscription was confirmed
};

}  // namespace hermod
