#pragma once
// The command line (protocol section 7): parses the arguments, loads the settings, runs the verb.

#include <string>
#include <vector>

#include "cli/terminal.h"

namespace hermod::cli {

// `arguments` without the program's name. Answers the exit status: 0 done, 1 failed, 2 wrongly
// asked.
int run(std::vector<std::string> arguments, Terminal& terminal);

}  // namespace hermod::cli
