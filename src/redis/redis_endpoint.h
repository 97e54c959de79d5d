#pragma once
// The address of one Redis server, and the credentials for it.

#include <cstdint>
#include <string>

namespace hermod {

struct RedisEndpoint {
  std::string host;  // a name or a numeric address, IPv6 without brackets; empty for a Unix socket
  uint16_t port = 6379;
  std::string path = {};  // of the Unix socket, otherwise empty

  bool operator==(const RedisEndpoint&) const = default;

  bool is_unix() const { return !path.empty(); }

  // For logs and health pages: host:port, [host]:port for IPv6, or the path of the socket.
  std::string address() const;
};

struct RedisCredentials {
  std::string user;          // empty: the default user
  std::string password;      // empty: no AUTH is sent
  std::string setting = {};  // that an error names; empty: it names none
};

}  // namespace hermod
