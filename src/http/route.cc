#include "http/route.h"

namespace hermod {
namespace {

constexpr std::string_view kStatusPrefix = "/ws/v1/status/";
constexpr Route kStatusRoute{.path = "/ws/v1/status/{client_id}"};

constexpr std::string_view kPostMethods = "POST, OPTIONS";

constexpr Route kRoutes[] = {
    {.path = "/healthz", .page = &Pages::health},
    {.path = "/healthz/redis", .page = &Pages::redis},
    {.path = "/healthz/kafka", .page = &Pages::kafka},
    {.path = "/healthz/live", .page = &Pages::live},
    {.path = "/healthz/ready", .page = &Pages::ready},
    {.path = "/healthz/websocket", .page = &Pages::websocket},
    {.path = "/metrics", .page = &Pages::metrics},
    {.path = "/console", .console = &Console::page},
    {.path = "/console/", .console = &Console::to_page},
    {.path = "/console/state", .console = &Console::state},
    {.path = "/console/notifications",
     .methods = kPostMethods,
     .console = &Console::send,
     .body_bytes_max = kConsoleBodyBytesMax},
    {.path = "/console/tokens",
     .methods = kPostMethods,
     .console = &Console::mint,
     .body_bytes_max = kConsoleBodyBytesMax},
    {.path = "/ws/v1/notifications"},
    {.path = "/ws"},
    {.path = "/ws/"},
};

constexpr std::string_view kMethods[] = {"GET",    "HEAD",  "OPTIONS", "POST",   "PUT",
                                         "DELETE", "PATCH", "TRACE",   "CONNECT"};

}  // namespace

RouteMatch find_route(std::string_view path) {
  for (const Route& route : kRoutes) {
    if (route.path == path) return {.route = &route};
  }
  if (path.starts_with(kStatusPrefix)) {
    const std::string_view user = path.substr(kStatusPrefix.size());
    if (!user.empty() && user.find('/') == std::string_view::npos) return {&kStatusRoute, user};
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
