#pragma once
// The configuration file of a RedisServer.

#include <cstdint>
#include <string>

#include "support/redis_server.h"

namespace hermod::test {

struct RedisPorts {
  uint16_t port = 0;
  uint16_t cluster_port = 0;
};

// `directory` receives the data and the socket redis.sock.
std::string redis_configuration(const RedisServerOptions& options, const RedisPorts& ports,
                                const std::string& directory);

// A word of a line of the configuration file, which may contain spaces.
std::string redis_quoted(const std::string& word);

}  // namespace hermod::test
