#pragma once
// The service as a verb: builds server::Server on a loop of its own and runs it until a signal ends
// it.

#include "cli/terminal.h"
#include "hermod/options.h"

namespace hermod::cli {

// Answers the exit status. `options` are loaded, but not judged together yet.
int run_serve(const Options& options, Terminal& terminal);

}  // namespace hermod::cli
