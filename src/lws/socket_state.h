#pragma once
// The kernel's view of a connection (TCP_INFO). hermod needs it because libwebsockets answers pings
// and drops empty pongs without a callback, and because it distinguishes a slow client from a dead
// one. Read by LwsSocket for PeerDeadlines and the limits of input.

#include <cstdint>

namespace hermod {

struct SocketState {
  bool known = false;           // false for sockets other than TCP
  int64_t received_ago_ms = 0;  // since data was last received
  int64_t acked_ago_ms = 0;     // since the client's kernel last acknowledged data
  bool all_acked = false;       // the client's kernel acknowledged all written data
  uint64_t received_bytes = 0;  // since the connection began
};

SocketState read_socket_state(int fd);

// False if the client has closed its side, or the connection was reset.
bool is_peer_connected(int fd);

}  // namespace hermod
