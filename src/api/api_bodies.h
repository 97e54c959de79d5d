#pragma once
// Parses and validates what a request of the API contains: the user id in its path, and its JSON
// body. Each fault is a 400 that names the field and its allowed values. Pure functions, called by
// Api.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "fleet/fleet.h"
#include "http/response.h"

namespace hermod {

std::variant<std::string, Fault> parse_user_id(std::string_view percent_encoded);

// An empty `body` means no fields. The request is for `user`.
std::variant<DisconnectRequest, Fault> parse_disconnect(std::string_view body,
                                                        const std::string& user,
                                                        int64_t now_wall_ms);

std::variant<std::string, Fault> parse_token_id(std::string_view body);

std::variant<BroadcastRequest, Fault> parse_broadcast(std::string_view body);

}  // namespace hermod
