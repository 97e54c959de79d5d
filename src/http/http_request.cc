#include "http/http_request.h"

#include <optional>

#include "base/parse.h"
#include "http/header_text.h"

namespace hermod {
namespace {

constexpr uint16_t kHttpPort = 80;

bool names_this_machine(std::string_view host, uint16_t port) {
  const size_t colon = host.find(':', host.starts_with('[') ? host.find(']') : 0);
  const std::string_view name = host.substr(0, colon);
  std::optional<uint16_t> named_port = kHttpPort;
  if (colon != std::string_view::npos) named_port = parse_number<uint16_t>(host.substr(colon + 1));
  return named_port == port &&
         (same_ignoring_case(name, "localhost") || name == "127.0.0.1" || name == "[::1]");
}

}  // namespace

bool is_local(const HttpRequest& request) {
  return request.peer.is_loopback() && !request.head.forwarded && request.head.host.count == 1 &&
         names_this_machine(request.head.requested_host(), request.port);
}

bool is_own_origin(const RequestHead& head) {
  if (!head.origin.present()) return true;
  std::string_view origin = head.origin.value;
  const size_t scheme = origin.find("://");
  if (scheme == std::string_view::npos || head.origin.count != 1) return false;
  const std::string_view name = origin.substr(0, scheme);
  if (name != "http" && name != "https") return false;
  return same_ignoring_case(origin.substr(scheme + 3), head.requested_host());
}

}  // namespace hermod
