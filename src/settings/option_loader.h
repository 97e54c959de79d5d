#pragma once
// Loads Options. Flags take precedence over the environment, the environment over the file, and the
// file over the defaults.

#include <map>
#include <string>

#include "hermod/options.h"
#include "hermod/result.h"
#include "settings/environment.h"

namespace hermod {

struct OptionSources {
  std::map<std::string, std::string> flags;  // by variable name or alias
  Environment environment;
  std::string config_file;  // empty: none
};

// Reads and validates each setting by itself; check_options() validates their combination. Ignored
// and suspicious variables are named in Options::warnings.
Result<Options> load_options(const OptionSources& sources);

}  // namespace hermod
