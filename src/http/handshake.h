#pragma once
// Validates the opening handshake of a WebSocket (RFC 6455 section 4.2.1), and finds its token
// (protocol section 3). Pure functions, called by UpgradePolicy.

#include <optional>
#include <string>

#include "core/upgrade.h"
#include "http/request_head.h"
#include "http/response.h"

namespace hermod {

// The fault of the handshake, if any: 426 if the request is not a handshake or has another version,
// 400 if its key is invalid.
std::optional<Fault> fault_of_handshake(const RequestHead& head);

// The token, or an empty string: from `Authorization: Bearer`, else from the sub-protocol
// `bearer.<token>` if `hermod` or `hermod.v1` is offered too, else from the first `?token=`.
// Malformed percent-encoding is returned unchanged, and then fails the verification.
std::string find_token(const RequestHead& head);

// The sub-protocol that the response selects: `hermod.v1` if it is offered, else `hermod`.
Subprotocol select_subprotocol(const RequestHead& head);

// The device that the client names by `?device=ID` or by the sub-protocol `device.<ID>`. Two names
// that differ are invalid.
struct DeviceName {
  std::string text;  // as it was given, percent-decoded
  bool given = false;
  bool valid = true;
};
DeviceName find_device(const RequestHead& head);

}  // namespace hermod
