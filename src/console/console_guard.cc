#include "console/console_guard.h"

#include "http/header_text.h"

namespace hermod {
namespace {

std::optional<Fault> fault_of_change(const RequestHead& head) {
  if (!head.console.present()) {
    return Fault{403, ErrorCode::kAuthorization, "a POST needs the header X-Hermod-Console"};
  }
  const std::string_view type = head.content_type.value;
  std::string_view essence = type.substr(0, type.find(';'));
  while (essence.ends_with(' ')) essence.remove_suffix(1);
  if (head.content_type.count != 1 || !same_ignoring_case(essence, kJsonType)) {
    return Fault{415, ErrorCode::kValidation, "the Content-Type must be application/json"};
  }
  return std::nullopt;
}

}  // namespace

bool ConsoleGuard::disabled() const {
  return rights_ == ConsoleOptions::Rights::kReadOnly && !access_.has_token();
}

std::optional<Fault> ConsoleGuard::fault_of_page() const {
  if (!disabled()) return std::nullopt;
  return Fault{404, ErrorCode::kNotFound, "the console is disabled; set ADMIN_TOKEN to enable it"};
}

std::variant<ConsoleDetail, Fault> ConsoleGuard::validate(const HttpRequest& request) {
  if (const auto fault = fault_of_page()) return *fault;
  const AdminAccess::Decision access = access_.validate(request.head, request.peer);
  if (access.fault) return *access.fault;
  if (!access.granted) {
    if (const auto fault = fault_without_secret(request)) return *fault;
  }
  if (!is_own_origin(request.head)) {
    return Fault{403, ErrorCode::kAuthorization,
                 "the Origin must be that of the console's own page"};
  }
  if (request.head.method == "POST") {
    if (rights_ == ConsoleOptions::Rights::kReadOnly) {
      return Fault{403, ErrorCode::kAuthorization, "the console is read-only in production"};
    }
    if (const auto fault = fault_of_change(request.head)) return *fault;
  }
  return access.granted ? ConsoleDetail::kEverything : ConsoleDetail::kFigures;
}

std::optional<Fault> ConsoleGuard::fault_without_secret(const HttpRequest& request) const {
  const bool shows_figures =
      request.head.method != "POST" && !access_.has_token() && is_local(request);
  if (shows_figures) return std::nullopt;
  return Fault{401, ErrorCode::kAuthentication,
               "the console requires ADMIN_TOKEN, or the secret of the link that hermod serve "
               "printed, as Authorization: Bearer"};
}

}  // namespace hermod
