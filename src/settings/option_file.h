#pragma once
// The configuration file: TOML, a flat table with keys in snake case.

#include <map>
#include <string>

#include "hermod/result.h"
#include "settings/option_value.h"

namespace hermod {

// Returns the settings of the file by the name that it uses, in upper case ("WEBSOCKET_PORT", or an
// alias). Error: kConfiguration, which names the file, or the key if that is unknown or its value
// has a wrong type.
Result<std::map<std::string, OptionValue>> read_option_file(const std::string& path);

}  // namespace hermod
