#pragma once
// The service as a verb: builds a Server on a loop of its own and runs it until a signal ends it.

#include <functional>

#include "cli/terminal.h"
#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod::cli {

// Reads the settings again from where they came from, for SIGHUP.
using Reload = std::function<Result<Options>()>;

// Answers the exit status. `options` are loaded, but not judged together yet.
int run_serve(const Options& options, Terminal& terminal, const Reload& reload);

}  // namespace hermod::cli
