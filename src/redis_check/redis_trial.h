#pragma once
// Sends one notification through a RedisBus of its own: subscribes, publishes with the scripts,
// receives the message with its stream id, acknowledges it, and reads it from the history. Blocks.

#include <string>

#include "hermod/result.h"
#include "redis_bus/redis_bus_options.h"

namespace hermod {

// `user` must not be a real one; the caller deletes its keys. The error names the step that failed.
Result<void> try_redis_bus(const RedisBusOptions& options, const std::string& user);

}  // namespace hermod
