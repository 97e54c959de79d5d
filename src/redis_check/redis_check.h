#pragma once
// `hermod check` for Redis: tries everything that the service does, for a user that does not exist.
// It determines the masters, tries each command and channel at each of them (master_check.h), and
// then a complete RedisBus with its scripts. It blocks: never call it on a loop.

#include <string>
#include <vector>

#include "hermod/result.h"
#include "redis/redis_probe.h"
#include "redis_bus/redis_bus_options.h"

namespace hermod {

struct RedisCheck {
  std::string description;             // of the deployment; empty: it was not reached
  std::vector<std::string> masters;    // a line for each, with its replicas; empty: a single Redis
  std::vector<RedisFinding> findings;  // one line each

  bool good() const;  // no finding is an error
};

// `production`: findings that are only warnings elsewhere are errors.
RedisCheck check_redis(const RedisBusOptions& options, bool production);

}  // namespace hermod
