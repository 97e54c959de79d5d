#pragma once
// The configuration file: TOML, one flat table, keys in snake case.

#include <map>
#include <string>

#include "hermod/result.h"
#include "server/option_value.h"

namespace hermod {

// The settings of the file by the name they were written with, in upper case ("WEBSOCKET_PORT", or
// an alias). Unknown keys, tables and values of no known kind are refused by name.
Result<std::map<std::string, OptionValue>> read_option_file(const std::string& path);

}  // namespace hermod
