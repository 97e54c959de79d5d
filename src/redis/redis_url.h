#pragma once
// REDIS_URL, parsed: `redis://[user:password@]host[:port][/db]` or `unix:///path[?db=n]`.

#include <cstdint>
#include <string>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

struct RedisUrl {
  std::string host;  // a name or a numeric address, IPv6 without brackets; empty for a Unix socket
  uint16_t port = 6379;
  std::string path;      // of the Unix socket, otherwise empty
  std::string user;      // empty: the default user
  std::string password;  // empty: no AUTH is sent
  uint32_t database = 0;

  // The error says what is wrong and never repeats the URL, which may contain a password.
  static Result<RedisUrl> parse(std::string_view text);

  bool is_unix() const { return !path.empty(); }

  // The address to connect to: host:port, or the path of the socket.
  std::string address() const;

  // For logs and health pages: credentials, if there are any, are shown as ***:***.
  std::string shown() const;
};

}  // namespace hermod
