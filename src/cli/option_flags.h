#pragma once
// The flags of every command: --config, --help-settings, and one for each setting that has a flag.

#include <map>
#include <string>

#include "cli/terminal.h"
#include "settings/option_loader.h"

namespace CLI {
class App;
}

namespace hermod::cli {

class OptionFlags {
 public:
  explicit OptionFlags(CLI::App& command);  // `this` must outlive the parsing

  OptionFlags(const OptionFlags&) = delete;
  OptionFlags& operator=(const OptionFlags&) = delete;

  bool asks_for_settings() const { return asks_for_settings_; }  // --help-settings

  // The flags that were given, with the environment of the terminal and the file of --config.
  OptionSources sources(const Terminal& terminal) const;

 private:
  std::string config_file_;
  bool asks_for_settings_ = false;
  std::map<std::string, std::string> flags_;  // the flags that were given, by variable name
};

}  // namespace hermod::cli
