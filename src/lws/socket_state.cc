#include "lws/socket_state.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

namespace hermod {

SocketState read_socket_state(int fd) {
  SocketState state;
  tcp_info info{};
  socklen_t length = sizeof info;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return state;
  state.known = true;
  state.received_ago_ms = info.tcpi_last_data_recv;
  state.acked_ago_ms = info.tcpi_last_ack_recv;
  state.all_acked = info.tcpi_unacked == 0 && info.tcpi_notsent_bytes == 0;
  state.received_bytes = info.tcpi_bytes_received;
  return state;
}

bool is_peer_connected(int fd) {
  char next = 0;
  const ssize_t got = recv(fd, &next, 1, MSG_PEEK | MSG_DONTWAIT);
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

}  // namespace hermod
