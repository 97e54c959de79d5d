#pragma once
// Sets Options by name, for embedders whose users write them as text. Each setting of the service
// (protocol section 6) has its name in camel case: `websocketPort` for WEBSOCKET_PORT.

#include <optional>
#include <string>
#include <vector>

#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod {

struct Setting {
  std::string name;
  std::string text;                               // numbers and booleans, too
  std::optional<std::vector<std::string>> items;  // for a list; replaces `text`
};

std::vector<std::string> setting_names();

// Writes one setting into `options`. An empty text leaves the option unchanged, except where an
// empty value has a meaning. Error: kConfiguration, with the accepted values, or with the most
// similar known name if the name is unknown.
Result<void> apply_setting(const Setting& setting, Options& options);

}  // namespace hermod
