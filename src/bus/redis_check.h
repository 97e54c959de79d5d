#pragma once
// `hermod check` for Redis: does, with a user that does not exist, all that the service does. First
// what kind of server it is, then each command and channel by itself, so that a missing right is
// named, then a whole bus with its scripts. Blocks, and so has no place on the loop.

#include <string>
#include <vector>

#include "bus/redis_bus_options.h"
#include "bus/redis_probe.h"
#include "hermod/result.h"

namespace hermod {

struct RedisCheck {
  std::string description;             // of the server; empty: it was not reached
  std::vector<RedisFinding> findings;  // a line each

  bool good() const;  // no finding is an error
};

// `production`: what may pass elsewhere is an error.
RedisCheck check_redis(const RedisBusOptions& options, bool production);

}  // namespace hermod
