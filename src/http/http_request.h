#pragma once
// A request and its connection, and checks of its origin. RequestRouter passes it to UpgradePolicy
// and to the PageGroups. The head and the peer are valid only during that call.

#include <cstdint>

#include "base/ip_address.h"
#include "http/request_head.h"

namespace hermod {

struct HttpRequest {
  const RequestHead& head;
  const IpAddress& peer;  // of the connection: the client, or a proxy
  uint16_t port = 0;      // on which the server listens
};

// Whether the request seems to come from a browser on this machine: a loopback peer, no forwarding
// header, and Host localhost, 127.0.0.1 or [::1] with the port of the server. This only restricts
// access; it never grants it.
bool is_local(const HttpRequest& request);

// Whether the Origin is the host to which the request is sent, or missing.
bool is_own_origin(const RequestHead& head);

}  // namespace hermod
