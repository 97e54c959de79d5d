#pragma once
// A verb of the command line. Each has a file of its own that adds its arguments to the parser and
// says what runs when it is chosen.

#include <functional>
#include <string_view>

#include "cli/serve.h"
#include "cli/terminal.h"
#include "hermod/options.h"

namespace CLI {
class App;
}

namespace hermod::cli {

// What a verb prints: all it was asked for, or a notice that its work does not depend on.
enum class Output { kMustBeTaken, kMayBeLost };

struct Verb {
  CLI::App* command;
  std::string_view help;  // fits a screen of 24 lines of 80 columns and ends with an example
  // Answers the exit status; `reload` reads the settings again.
  std::function<int(const Options&, Terminal&, const Reload& reload)> run;
  Output output = Output::kMustBeTaken;
};

Verb add_serve(CLI::App& app);
Verb add_token(CLI::App& app);
Verb add_publish(CLI::App& app);
Verb add_listen(CLI::App& app);
Verb add_dead_letters(CLI::App& app);
Verb add_check(CLI::App& app);

}  // namespace hermod::cli
