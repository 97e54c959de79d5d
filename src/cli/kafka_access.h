#pragma once
// Which Kafka a verb means: the configured one, or the broker inside a service in another terminal.

#include <string>

#include "cli/terminal.h"
#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod::cli {

Result<std::string> kafka_brokers(const Options& options, const Terminal& terminal);

}  // namespace hermod::cli
