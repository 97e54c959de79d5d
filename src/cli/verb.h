#pragma once
// A verb of the command line. Each has a file of its own that adds its arguments to the parser and
// says what runs when it is chosen.

#include <functional>
#include <string_view>

#include "cli/terminal.h"
#include "hermod/options.h"

namespace CLI {
class App;
}

namespace hermod::cli {

struct Verb {
  CLI::App* command;
  std::string_view help;  // fits a screen of 24 lines of 80 columns and ends with an example
  std::function<int(const Options&, Terminal&)> run;  // answers the exit status
};

Verb add_serve(CLI::App& app);
Verb add_token(CLI::App& app);
Verb add_publish(CLI::App& app);
Verb add_listen(CLI::App& app);
Verb add_dead_letters(CLI::App& app);
Verb add_check(CLI::App& app);

}  // namespace hermod::cli
