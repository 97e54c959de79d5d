#pragma once
// The service as a command: builds a Server on its own loop and runs it until a signal ends it.

#include <functional>

#include "cli/terminal.h"
#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod::cli {

// Loads the settings again from the same sources, for SIGHUP.
using Reload = std::function<Result<Options>()>;

// Returns the exit status. `options` are loaded, but check_options() has not validated them yet.
int run_serve(const Options& options, Terminal& terminal, const Reload& reload);

}  // namespace hermod::cli
