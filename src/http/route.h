#pragma once
// What is where: the fixed set of paths, what each takes and what it is.

#include <string_view>

#include "http/console.h"
#include "http/pages.h"

namespace hermod {

inline constexpr std::string_view kReadMethods = "GET, HEAD, OPTIONS";

struct Route {
  std::string_view path;                    // as it stands in the endpoint label of metrics
  std::string_view methods = kReadMethods;  // as it stands in Allow
  Pages::Page page = nullptr;
  Console::Page console = nullptr;  // neither: a WebSocket path
  size_t body_bytes_max = 0;        // of POST
};

struct RouteMatch {
  const Route* route = nullptr;  // null: nothing is there
  std::string_view status_user;  // of "/ws/v1/status/{client_id}", percent-encoded; else null data
};

// `path` as it was sent: no other spelling of a path leads anywhere.
RouteMatch find_route(std::string_view path);

// The method's name for metrics: static, of a fixed set, "OTHER" beyond it.
std::string_view method_label(std::string_view method);

}  // namespace hermod
