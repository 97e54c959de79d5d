#pragma once
// The requests of users that a Bus (bus.h) gets.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/stream_id.h"
#include "bus/cursor.h"

namespace hermod {

struct ReplayRequest {
  std::string_view user;
  // Unset: after the position of `cursor`, including acknowledgements that are not written yet. The
  // first page of a connection must have it unset: the page begins the connection's position at the
  // lowest of its device and of the device's other connections, open or held.
  std::optional<StreamId> after;
  Cursor cursor = {};
  size_t entries_max = 64;
  size_t bytes_max = 262'144;  // of payloads; a page has at least one entry if any exists
  // kOffline: the user was offline. The page has the messages that are younger than
  // NOTIFICATION_TTL_SECONDS, and all messages routed since the user connected. kGap: messages are
  // missing on an open connection. The page has everything that is kept (at least 60 s).
  enum class Reach { kOffline, kGap } reach = Reach::kOffline;
  bool with_seen = false;                    // the page has what the user has seen
  std::optional<int64_t> connected_ms = {};  // steady time at which the user connected
};

// A user has seen notifications on a connection. Ids that are neither in the user's history nor
// kept, and ids above `sent`, have no effect.
struct SeenRequest {
  std::string_view user;
  std::span<const StreamId> ids = {};  // at most 256
  StreamId up_to = {};                 // all notifications up to this one; null: only `ids`
  StreamId sent = {};                  // the newest one that the connection was sent
  uint64_t connection = 0;             // its number in this process
};

struct RevokeRequest {
  std::string_view user;
  std::optional<uint32_t> at_s = {};  // the second, since 1970; unset: now, on the clock of the bus
  uint32_t keep_s = 0;                // for how long it is stored
};

}  // namespace hermod
