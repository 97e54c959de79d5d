#pragma once
// The state as the console's page reads it.

#include <nlohmann/json_fwd.hpp>

#include "http/console_view.h"

namespace hermod {

nlohmann::ordered_json to_json(const ConsoleState& state);

}  // namespace hermod
