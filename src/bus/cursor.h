#pragma once
// Whose acknowledged position a page or an acknowledgement concerns (protocol section 2, acked).
// Each user has a position, each named device one, and each open connection one. A connection that
// ended without a clean close leaves its position as a hold, so that the next connection of the
// device begins there.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/stream_id.h"

namespace hermod {

struct Cursor {
  std::string_view device = {};  // 1 to 64 of A-Za-z0-9._-; empty: the client names none
  uint64_t connection = 0;       // its number in this process; 0: no connection
};

// How a connection ended.
enum class CursorEnd : uint8_t {
  kClean,  // the client closed it with 1000 or 1001
  kHeld,   // in another way: its position stays for NOTIFICATION_TTL_SECONDS
};

// A client of `user` confirmed everything up to `stream_id`, not null.
struct Acknowledgement {
  std::string_view user;
  StreamId stream_id;
  Cursor cursor = {};
  bool ended = false;  // end_cursor() was called for this connection
};

// Bounds for each user.
inline constexpr size_t kDevicesMax = 16;
inline constexpr size_t kHoldsMax = 16;  // of each device

}  // namespace hermod
