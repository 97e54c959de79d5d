#include "redis_topology/node_address.h"

#include <algorithm>

#include "base/parse.h"

namespace hermod {
namespace {

constexpr size_t kHostBytesMax = 255;  // RFC 1035 section 2.3.4

bool is_host(std::string_view text) {
  const auto is_allowed = [](unsigned char c) {
    const bool alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return alphanumeric || c == '.' || c == '-' || c == '_' || c == ':' || c == '%';
  };
  return text.size() <= kHostBytesMax && std::all_of(text.begin(), text.end(), is_allowed);
}

}  // namespace

std::optional<RedisEndpoint> node_endpoint(std::string_view host, int64_t port,
                                           const RedisEndpoint& asked) {
  if (port < 1 || port > UINT16_MAX) return std::nullopt;
  if (host == "?") return RedisEndpoint{{}, static_cast<uint16_t>(port)};
  if (!is_host(host)) return std::nullopt;
  return RedisEndpoint{host.empty() ? asked.host : std::string(host), static_cast<uint16_t>(port)};
}

std::optional<RedisEndpoint> parse_node_address(std::string_view address,
                                                const RedisEndpoint& asked) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_number<uint16_t>(address.substr(colon + 1));
  std::string_view host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return port ? node_endpoint(host, *port, asked) : std::nullopt;
}

}  // namespace hermod
