#pragma once
// Port: a group of pages. RequestRouter finds the group that has the path of a request, and lets it
// answer. Pages and Console implement it.

#include <functional>
#include <string_view>
#include <variant>

#include "http/http_request.h"
#include "http/response.h"
#include "http/route.h"

namespace hermod {

using PageAnswer = std::variant<Response, Fault>;

// An answer that needs time. `start` is called once, unless too many answers are open.
struct LaterAnswer {
  // Called at most once, in a later loop iteration. It may be called or destroyed at any time, also
  // after the connection and the server have ended: then it has no effect.
  using Done = std::function<void(const PageAnswer&)>;

  std::function<void(Done done)> start;
};

using PageOutcome = std::variant<Response, Fault, LaterAnswer>;

class PageGroup {
 public:
  // The route of `path`; null if the group does not have this page. Static storage.
  virtual const Route* find_route(std::string_view path) const = 0;

  // Answers a request whose path find_route() found, and whose method, target, Host and body are
  // valid.
  virtual PageOutcome answer(const Route& route, const HttpRequest& request) = 0;

 protected:
  ~PageGroup() = default;
};

}  // namespace hermod
