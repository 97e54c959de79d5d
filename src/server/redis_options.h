#pragma once
// Derives the options of the bus on Redis from the settings.

#include "hermod/log.h"
#include "hermod/options.h"
#include "hermod/result.h"
#include "redis_bus/redis_bus_options.h"

namespace hermod {

// Reads the files of the passwords and of TLS. Error: kConfiguration, an invalid REDIS_URL, or a
// file that cannot be read or used. A suspicious password (base/text_flaw.h) in a file is an error
// in production and otherwise a warning in the log. `log` must outlive the result, because TLS logs
// changes of its files. Precondition: check_options() accepts the options, and REDIS_URL is set.
Result<RedisBusOptions> redis_bus_options(const Options& options, Log& log);

}  // namespace hermod
