#include "redis/redis_endpoint.h"

namespace hermod {

std::string RedisEndpoint::address() const {
  if (is_unix()) return path;
  const bool brackets = host.find(':') != std::string::npos;
  return (brackets ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

}  // namespace hermod
