#pragma once
// The fixed table of paths, with the methods and the body that each accepts.

#include <string_view>

#include "http/console.h"
#include "http/pages.h"

namespace hermod {

inline constexpr std::string_view kReadMethods = "GET, HEAD, OPTIONS";

struct Route {
  std::string_view path;                    // also the endpoint label of metrics
  std::string_view methods = kReadMethods;  // the value of Allow
  Pages::Page page = nullptr;
  Console::Page console = nullptr;  // without a page and a console handler: a WebSocket path
  size_t body_bytes_max = 0;        // of POST
};

struct RouteMatch {
  const Route* route = nullptr;  // null: unknown path
  std::string_view status_user;  // of "/ws/v1/status/{client_id}", percent-encoded; else null data
};

// Compares `path` as it was sent. Other spellings of a path do not match.
RouteMatch find_route(std::string_view path);

// The method's label in metrics: a known method or "OTHER"; static storage.
std::string_view method_label(std::string_view method);

}  // namespace hermod
