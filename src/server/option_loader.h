#pragma once
// Options from where operators write them: flags over environment over file over defaults.

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod {

struct OptionSources {
  std::map<std::string, std::string> flags;  // by variable name or alias
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::string config_file;  // empty: none
};

// Reads and judges every setting by itself; what must fit together is check_options' matter.
Result<Options> load_options(const OptionSources& sources);

// Looks into the process's environment.
std::optional<std::string> process_environment(const std::string& name);

}  // namespace hermod
