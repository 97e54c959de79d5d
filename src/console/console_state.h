#pragma once
// Serializes the state for the console's page.

#include <nlohmann/json_fwd.hpp>

#include "console/console_view.h"

namespace hermod {

nlohmann::ordered_json to_json(const ConsoleState& state);

}  // namespace hermod
