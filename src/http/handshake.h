#pragma once
// What a WebSocket request must look like (RFC 6455 section 4.2.1), and where it may carry its
// token (protocol section 3). Pure.

#include <optional>
#include <string>

#include "http/answer.h"
#include "http/request_head.h"

namespace hermod {

// What is wrong with the handshake, if anything: 426 where it is none, or none of ours, 400 where
// its key is bad.
std::optional<Fault> fault_of_handshake(const RequestHead& head);

// The token as it was sent, empty where there is none: `Authorization: Bearer`, else the
// sub-protocol `bearer.<token>` beside `hermod`, else `?token=` (the first of several). What cannot
// be percent-decoded stays as it is, which no token survives.
std::string find_token(const RequestHead& head);

bool offers_hermod(const RequestHead& head);  // the sub-protocol, which is then selected

}  // namespace hermod
