#pragma once
// Rules for the settings of Redis and for REDIS_URL together with them.

#include <string>
#include <vector>

#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod {

// The error is one sentence that names the variable, and contains no secret. Reads no files.
Result<void> check_redis_settings(const Options& options);

// One sentence for each setting that has no effect, because REDIS_URL is not set.
std::vector<std::string> idle_redis_settings(const Options& options);

}  // namespace hermod
