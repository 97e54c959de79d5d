#pragma once
// The URL and the token of `hermod listen`.

#include <string>

#include "cli/terminal.h"
#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod::cli {

// The WebSocket URL for `given`: a URL with the scheme ws, wss, http or https, with or without a
// path. If `given` is empty: the service on this machine.
Result<std::string> listen_url(const std::string& given, const Options& options,
                               const Terminal& terminal);

// The token in the first line of a file, or of standard input for "-".
Result<std::string> read_token(const std::string& file, const Terminal& terminal);

}  // namespace hermod::cli
