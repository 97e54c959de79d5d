#pragma once
// Where a WebSocket client connects to: ws:// and wss:// addresses (RFC 6455 section 3).

#include <cstdint>
#include <string>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

struct WsUrl {
  bool tls = false;
  std::string host;       // an IPv6 address without its brackets
  std::string authority;  // as it goes into the Host header
  uint16_t port = 0;
  std::string target = "/";  // path and query
};

// Error: kValidation. A user and password in the address are refused, as is a fragment.
Result<WsUrl> parse_ws_url(std::string_view text);

}  // namespace hermod
