#pragma once
// The brokers that a command uses: the configured ones, or the embedded broker of a hermod serve on
// this machine. Error: neither exists, or the state file cannot be trusted.

#include <string>

#include "cli/terminal.h"
#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod::cli {

Result<std::string> kafka_brokers(const Options& options, const Terminal& terminal);

}  // namespace hermod::cli
