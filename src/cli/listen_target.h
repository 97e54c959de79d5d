#pragma once
// Where `hermod listen` connects to, and with which token.

#include <string>

#include "cli/terminal.h"
#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod::cli {

// A WebSocket address for what the user gave: ws, wss, http or https, with or without a path.
// Empty: the service that runs on this machine.
Result<std::string> listen_url(const std::string& given, const Options& options,
                               const Terminal& terminal);

// The first line of a file, or of standard input for "-".
Result<std::string> read_token(const std::string& file, const Terminal& terminal);

}  // namespace hermod::cli
