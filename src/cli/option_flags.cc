#include "cli/option_flags.h"

#include <CLI/CLI.hpp>

#include "settings/option_names.h"
#include "settings/option_table.h"

namespace hermod::cli {

OptionFlags::OptionFlags(CLI::App& command) {
  command.add_option("--config", config_file_);
  command.add_flag("--help-settings", asks_for_settings_);
  for (const OptionRow& row : option_table()) {
    if (row.details.exposure == OptionRow::Exposure::kSecret) continue;
    for (const std::string_view name : {row.name, row.details.alias}) {
      if (name.empty()) continue;
      const auto keep = [this, key = std::string(name)](const std::string& text) {
        flags_[key] = text;
      };
      // A boolean flag may have no value, which means true, or a value: --flag=false.
      if (std::holds_alternative<bool Options::*>(row.field)) {
        command.add_option_function<std::string>(flag_of(name), keep)
            ->expected(0, 1)
            ->default_str("true");
      } else {
        command.add_option_function<std::string>(flag_of(name), keep);
      }
    }
  }
}

OptionSources OptionFlags::sources(const Terminal& terminal) const {
  return {flags_, {terminal.environment, terminal.environment_names}, config_file_};
}

}  // namespace hermod::cli
