#include "cli/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cassert>
#include <memory>
#include <ostream>
#include <system_error>

#include "base/escape.h"
#include "cli/option_flags.h"
#include "cli/verb.h"
#include "cli/versions.h"
#include "settings/option_loader.h"
#include "settings/option_names.h"
#include "settings/option_reference.h"
#include "settings/option_table.h"

namespace hermod::cli {
namespace {

constexpr std::string_view kHelp =
    R"(hermod routes notifications: Kafka -> Redis -> the user's WebSockets.

  hermod serve           runs the service; unset components are embedded
  hermod token USER      prints a token for a user
  hermod publish USER TYPE
                         produces a notification, waits for the acknowledgement
  hermod listen USER     connects as a user and prints the notifications
  hermod users ID        prints a user's connections to all processes
  hermod disconnect ID   ends them
  hermod dead-letters    lists and replays records that could not be routed
  hermod check           validates the configuration, tests Redis and Kafka

  hermod COMMAND --help  describes the arguments of a command
  hermod COMMAND --help-settings
                         lists every setting; all commands accept them as flags,
                         environment variables or keys of --config FILE
  hermod --version       prints the versions of hermod and its libraries

Try it, in two terminals:
  hermod serve
  hermod listen ann      and, in a third: hermod publish ann greeting
)";

constexpr size_t kShownCommandBytesMax = 64;

struct Command {
  Verb verb;
  std::unique_ptr<OptionFlags> flags;
};

class Cli {
 public:
  explicit Cli(Terminal& terminal) : terminal_(terminal) {
    app_.require_subcommand(1);
    app_.set_help_flag("--help,-h");
    app_.set_version_flag("--version", std::string(kVersions));
    for (const auto add : {add_serve, add_token, add_publish, add_listen, add_users, add_disconnect,
                           add_dead_letters, add_check}) {
      Verb verb = add(app_);
      auto flags = std::make_unique<OptionFlags>(*verb.command);
      commands_.push_back({std::move(verb), std::move(flags)});
    }
  }

  int run(std::vector<std::string> arguments) {
    // CLI11 reads the vector from the back.
    std::reverse(arguments.begin(), arguments.end());
    try {
      app_.parse(arguments);
    } catch (const CLI::CallForHelp&) {
      terminal_.out << help();
      return kOk;
    } catch (const CLI::CallForVersion&) {
      terminal_.out << kVersions << '\n';
      return kOk;
    } catch (const CLI::ParseError& error) {
      if (asks_for_settings()) return print_settings();
      return refuse(error);
    }
    return asks_for_settings() ? print_settings() : run_verb();
  }

 private:
  const Command* chosen() const {
    for (const Command& command : commands_) {
      if (command.verb.command->parsed()) return &command;
    }
    return nullptr;
  }

  std::string_view help() const { return chosen() == nullptr ? kHelp : chosen()->verb.help; }

  bool asks_for_settings() const {
    return chosen() != nullptr && chosen()->flags->asks_for_settings();
  }

  int print_settings() const {
    terminal_.out << option_help();
    return kOk;
  }

  int run_verb() {
    assert(chosen() != nullptr);
    const Command& command = *chosen();
    const Reload load = [&] { return load_options(command.flags->sources(terminal_)); };
    const Result<Options> options = load();
    if (!options) return fail(terminal_, options.error());
    const int status = run_guarded(command, options.value(), load);
    if (status != kOk || command.verb.output == Output::kMayBeLost) return status;
    terminal_.out.flush();
    if (terminal_.out.good()) return status;
    return fail(terminal_, {ErrorCode::kUnknown, "cannot write to standard output"});
  }

  // The loop and its signal handlers need file descriptors, and throw if the process has none left.
  int run_guarded(const Command& command, const Options& options, const Reload& load) {
    try {
      return command.verb.run(options, terminal_, load);
    } catch (const std::system_error& error) {
      return fail(terminal_, {ErrorCode::kInitialization, error.what()});
    }
  }

  // Prints one sentence. An unknown flag is shown without its value, which may be a secret.
  int refuse(const CLI::ParseError& error) {
    const CLI::App* app = chosen() == nullptr ? &app_ : chosen()->verb.command;
    std::string sentence = escaped(error.what());
    for (const std::string& rest : app->remaining()) {
      if (rest.starts_with("--")) {
        sentence = unknown_flag(rest.substr(0, rest.find('=')));
        break;
      }
      if (app == &app_) sentence = "unknown command " + escaped(rest, kShownCommandBytesMax);
    }
    if (app == &app_ && app->remaining().empty()) sentence = "a command is needed";
    const std::string verb = app == &app_ ? "" : app->get_name() + ' ';
    return fail(terminal_, {ErrorCode::kValidation, sentence + "; see hermod " + verb + "--help"});
  }

  static std::string unknown_flag(const std::string& flag) {
    for (const OptionRow& row : option_table()) {
      const std::string_view alias = row.details.alias;
      const bool named = flag_of(row.name) == flag || (!alias.empty() && flag_of(alias) == flag);
      if (!named || row.details.exposure != OptionRow::Exposure::kSecret) continue;
      return flag +
             " is not a flag, because every process list would show it; set it with the variable " +
             std::string(row.name) + " or in the file";
    }
    return "unknown flag " + escaped(flag);
  }

  Terminal& terminal_;
  CLI::App app_{"", "hermod"};
  std::vector<Command> commands_;
};

}  // namespace

int run(std::vector<std::string> arguments, Terminal& terminal) {
  return Cli(terminal).run(std::move(arguments));
}

}  // namespace hermod::cli
