#pragma once
// Options by name, for embedders whose users write them: each of the service's settings (protocol
// section 6) in camel case, `websocketPort` for WEBSOCKET_PORT.

#include <optional>
#include <string>
#include <vector>

#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod {

struct Setting {
  std::string name;
  std::string text;                               // a number or truth as text, too
  std::optional<std::vector<std::string>> items;  // a list, instead of the text
};

std::vector<std::string> setting_names();

// An empty text is no setting, but where the service takes one. Error: kConfiguration, which says
// what is taken; for an unknown name it says which known one is near.
Result<void> apply_setting(const Setting& setting, Options& options);

}  // namespace hermod
