#pragma once
// REDIS_URL, parsed: `redis://[user:password@]host[:port][/db]` or `unix:///path[?db=n]`.

#include <cstdint>
#include <string>
#include <string_view>

#include "hermod/result.h"
#include "redis/redis_endpoint.h"

namespace hermod {

struct RedisUrl {
  RedisEndpoint endpoint;
  RedisCredentials credentials;
  uint32_t database = 0;

  // The error says what is wrong and never repeats the URL, which may contain a password.
  static Result<RedisUrl> parse(std::string_view text);

  // For logs and health pages: credentials, if there are any, are shown as ***:***.
  std::string shown() const;
};

}  // namespace hermod
