#pragma once
// The messages between processes, as JSON. A request goes to all processes; each replies to the
// sender with an answer that has the number of the request, unless the request says otherwise.
// FleetService sends and receives them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fleet/fleet.h"
#include "fleet/fleet_transport.h"

namespace hermod {

struct FindRequest {
  std::string user;
};

struct FleetAnswer {
  size_t connections = 0;              // ended
  std::vector<FleetConnection> found;  // without FleetConnection::process
};

// A newcomer waits, because the user has as many connections as allowed. It has no answer: the
// leases of the user show the result.
struct RoomRequest {
  std::string user;
  size_t needed = 0;
};

// A token is revoked, and stored.
struct RevokeTokenRequest {
  RevokedToken token;
};

using FleetRequest =
    std::variant<FindRequest, DisconnectRequest, BroadcastRequest, RoomRequest, RevokeTokenRequest>;

struct FleetMessage {
  std::string from;     // the id of the process that sends it
  uint64_t number = 0;  // of the request, unique within the process that asks
  std::variant<FleetRequest, FleetAnswer> content;
};

std::string encode(const FleetMessage& message);

// None: not a message of this form; another version of hermod may have sent it.
std::optional<FleetMessage> decode_fleet_message(std::string_view text);

// The report of a process, without its id.
std::string encode_report(const FleetProcess& process);
std::optional<FleetProcess> decode_report(std::string_view text);

}  // namespace hermod
