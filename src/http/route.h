#pragma once
// A path, with the methods and the body that it accepts. Each PageGroup has a table of its routes;
// the WebSocket paths are here. Paths are compared as they were sent: other spellings of a path do
// not match.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hermod {

class PageGroup;

inline constexpr std::string_view kReadMethods = "GET, HEAD, OPTIONS";

// The origins whose scripts may read a response: those of CORS_ORIGINS, or only the server's own.
enum class Origins : uint8_t { kConfigured, kOwn };

struct Route {
  std::string_view path;                    // also the endpoint label of metrics
  std::string_view methods = kReadMethods;  // the value of Allow
  size_t body_bytes_max = 0;                // of POST
  Origins origins = Origins::kConfigured;
};

inline constexpr size_t kOperatorsBodyBytesMax = size_t{8} * 1024;

// A page of the operators, which scripts of other origins must never read, and one that acts on a
// POST.
constexpr Route operators_page(std::string_view path) {
  return {.path = path, .origins = Origins::kOwn};
}
constexpr Route operators_action(std::string_view path) {
  return {.path = path,
          .methods = "POST, OPTIONS",
          .body_bytes_max = kOperatorsBodyBytesMax,
          .origins = Origins::kOwn};
}

struct RouteMatch {
  const Route* route = nullptr;  // null: unknown path
  PageGroup* pages = nullptr;    // answers the request; null: a WebSocket path
  std::string_view status_user;  // of "/ws/v1/status/{client_id}", percent-encoded; else null data
  std::string_view absent;       // why this port does not have the path; empty: it may have it
};

// The match of a WebSocket path. Its route is null if `path` is not one.
RouteMatch match_websocket_path(std::string_view path);

// The method's label in metrics: a known method or "OTHER"; static storage.
std::string_view method_label(std::string_view method);

}  // namespace hermod
