#pragma once
// The command line (protocol section 7): parses arguments, loads the settings and runs a command.

#include <string>
#include <vector>

#include "cli/terminal.h"

namespace hermod::cli {

// `arguments` does not contain the name of the program. Returns the exit status: 0 on success, 1 on
// failure, 2 for invalid arguments or an invalid configuration.
int run(std::vector<std::string> arguments, Terminal& terminal);

}  // namespace hermod::cli
