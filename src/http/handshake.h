#pragma once
// Validates the opening handshake of a WebSocket (RFC 6455 section 4.2.1), and finds its token
// (protocol section 3). Pure functions, called by UpgradePolicy.

#include <optional>
#include <string>

#include "http/request_head.h"
#include "http/response.h"

namespace hermod {

// The fault of the handshake, if any: 426 if the request is not a handshake or has another version,
// 400 if its key is invalid.
std::optional<Fault> fault_of_handshake(const RequestHead& head);

// The token, or an empty string: from `Authorization: Bearer`, else from the sub-protocol
// `bearer.<token>` if `hermod` is offered too, else from the first `?token=`. Malformed
// percent-encoding is returned unchanged, and then fails the verification.
std::string find_token(const RequestHead& head);

// Whether the client offers the sub-protocol `hermod`, which the response then selects.
bool offers_hermod(const RequestHead& head);

}  // namespace hermod
