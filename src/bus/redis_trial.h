#pragma once
// One notification's whole way through a RedisBus of its own: subscribed, published by the scripts,
// heard with its stream id, read back from the history, acknowledged. Blocks.

#include <string>

#include "bus/redis_bus_options.h"
#include "hermod/result.h"

namespace hermod {

// `user` is one that does not exist; its keys are left for the caller to remove. The error names
// the step that did not work.
Result<void> try_redis_bus(const RedisBusOptions& options, const std::string& user);

}  // namespace hermod
