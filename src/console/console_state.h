#pragma once
// Serializes the state that ConsoleView provides as the JSON of /console/state. Called by Console.

#include <nlohmann/json_fwd.hpp>

#include "console/console_view.h"

namespace hermod {

nlohmann::ordered_json to_json(const ConsoleState& state);

}  // namespace hermod
