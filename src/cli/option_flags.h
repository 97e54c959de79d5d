#pragma once
// The flags that every verb takes: --config and one for each setting that has a flag.

#include <map>
#include <string>

#include "cli/terminal.h"
#include "server/option_loader.h"

namespace CLI {
class App;
}

namespace hermod::cli {

class OptionFlags {
 public:
  explicit OptionFlags(CLI::App& command);  // outlives the parse

  OptionFlags(const OptionFlags&) = delete;
  OptionFlags& operator=(const OptionFlags&) = delete;

  bool asks_for_settings() const { return asks_for_settings_; }  // --help-settings

  // What was given, over the terminal's environment.
  OptionSources sources(const Terminal& terminal) const;

 private:
  std::string config_file_;
  bool asks_for_settings_ = false;
  std::map<std::string, std::string> flags_;  // by variable name, those that were given
};

}  // namespace hermod::cli
