#pragma once
// A command of the command line. Each command has its own file, which adds its arguments to the
// parser and provides the function that runs it.

#include <functional>
#include <string_view>

#include "cli/serve.h"
#include "cli/terminal.h"
#include "hermod/options.h"

namespace CLI {
class App;
}

namespace hermod::cli {

// Whether the command fails if its output cannot be written. kMayBeLost: the output only informs.
enum class Output { kMustBeWritten, kMayBeLost };

struct Verb {
  CLI::App* command;
  std::string_view help;  // fits a screen of 24 lines of 80 columns and ends with an example
  // Returns the exit status; `reload` loads the settings again.
  std::function<int(const Options&, Terminal&, const Reload& reload)> run;
  Output output = Output::kMustBeWritten;
};

Verb add_serve(CLI::App& app);
Verb add_token(CLI::App& app);
Verb add_publish(CLI::App& app);
Verb add_listen(CLI::App& app);
Verb add_users(CLI::App& app);
Verb add_disconnect(CLI::App& app);
Verb add_dead_letters(CLI::App& app);
Verb add_check(CLI::App& app);

}  // namespace hermod::cli
