#pragma once
// Serializes what ConsoleView provides as the JSON of /console/state and /console/feed. Called by
// Console.

#include <nlohmann/json_fwd.hpp>

#include "console/console_view.h"

namespace hermod {

nlohmann::ordered_json to_json(const ConsoleState& state);
nlohmann::ordered_json to_json(const ConsoleFeed& feed);

}  // namespace hermod
