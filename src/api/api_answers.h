#pragma once
// The answers of the API (protocol section 8): what the fleet returned, as JSON. Called by Api.

#include <cstddef>
#include <string_view>
#include <vector>

#include "fleet/fleet.h"
#include "http/response.h"

namespace hermod {

// `connections_max`: WEBSOCKET_MAX_CONNECTIONS_PER_USER.
Response user_answer(std::string_view id, const FleetUser& user, size_t connections_max);
Response disconnect_answer(size_t connections);
Response revoke_answer();
Response broadcast_answer(size_t processes);
Response processes_answer(const std::vector<FleetProcess>& processes);

// 503, with the processes that did not answer.
Fault api_fault(const FleetFault& fault);

}  // namespace hermod
