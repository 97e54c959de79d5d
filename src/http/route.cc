#include "http/route.h"

namespace hermod {
namespace {

constexpr std::string_view kStatusPrefix = "/ws/v1/status/";
constexpr Route kStatusRoute{.path = "/ws/v1/status/{client_id}"};

constexpr Route kWebSocketRoutes[] = {
    {.path = "/ws/v1/notifications"},
    {.path = "/ws"},
    {.path = "/ws/"},
};

constexpr std::string_view kMethods[] = {"GET",    "HEAD",  "OPTIONS", "POST",   "PUT",
                                         "DELETE", "PATCH", "TRACE",   "CONNECT"};

}  // namespace

RouteMatch match_websocket_path(std::string_view path) {
  for (const Route& route : kWebSocketRoutes) {
    if (route.path == path) return {.route = &route};
  }
  if (path.starts_with(kStatusPrefix)) {
    const std::string_view user = path.substr(kStatusPrefix.size());
    if (!user.empty() && user.find('/') == std::string_view::npos) {
      return {.route = &kStatusRoute, .status_user = user};
    }
  }
  return {};
}

std::string_view method_label(std::string_view method) {
  for (const std::string_view known : kMethods) {
    if (known == method) return known;
  }
  return "OTHER";
}

}  // namespace hermod
