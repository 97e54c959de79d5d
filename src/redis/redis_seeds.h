#pragma once
// The hosts of REDIS_URL: `host[:port]`, separated by commas.

#include <cstdint>
#include <string_view>
#include <vector>

#include "hermod/result.h"
#include "redis/redis_endpoint.h"

namespace hermod {

// At least one endpoint, each once. A host without a port gets `default_port`. The error says only
// what is wrong, without the name of the setting, and repeats nothing of the text.
Result<std::vector<RedisEndpoint>> parse_redis_seeds(std::string_view text, uint16_t default_port);

}  // namespace hermod
