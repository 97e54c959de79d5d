#pragma once
// Selects the connections that the console lists.

#include <string_view>

#include "console/console_view.h"
#include "ws/ws_server.h"

namespace hermod {

// Fills ConsoleState::listed, matching and slow. Users match if their id contains `user_part`.
void list_connections(const WsServer& ws, std::string_view user_part, int64_t now_steady_ms,
                      ConsoleState& state);

}  // namespace hermod
