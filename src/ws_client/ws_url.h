#pragma once
// Parses the URL of a WebSocket client: ws:// or wss:// (RFC 6455 section 3).

#include <cstdint>
#include <string>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

struct WsUrl {
  bool tls = false;
  std::string host;       // IPv6 addresses without brackets
  std::string authority;  // as sent in the Host header
  uint16_t port = 0;
  std::string target = "/";  // path and query
};

// Error: kValidation, also for a user name or a password in the URL and for a fragment.
Result<WsUrl> parse_ws_url(std::string_view text);

}  // namespace hermod
