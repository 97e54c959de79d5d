#pragma once
// What the kernel knows about a connection and the library does not tell: it answers pings and
// drops empty pongs without a word, and a slow client is not a dead one.

#include <cstdint>

namespace hermod {

struct SocketState {
  bool known = false;           // TCP only
  int64_t heard_ago_ms = 0;     // since the last data came in
  int64_t acked_ago_ms = 0;     // since the other side's kernel last acknowledged anything
  bool all_acked = false;       // whatever was written
  uint64_t received_bytes = 0;  // since the connection began
};

SocketState look_at_socket(int fd);

// False once the other side has closed its end, or the connection was reset.
bool peer_is_there(int fd);

}  // namespace hermod
