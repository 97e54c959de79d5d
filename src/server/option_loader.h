#pragma once
// Options from where operators write them: flags over environment over file over defaults.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hermod/options.h"
#include "hermod/result.h"
#include "server/environment.h"

namespace hermod {

struct OptionSources {
  std::map<std::string, std::string> flags;  // by variable name or alias
  Environment environment;
  std::string config_file;  // empty: none
};

// Reads and judges every setting by itself; what must fit together is check_options' matter. What
// was ignored or is odd is in Options::warnings.
Result<Options> load_options(const OptionSources& sources);

// The process's own environment.
std::optional<std::string> process_variable(const std::string& name);
std::vector<std::string> process_variable_names();

}  // namespace hermod
