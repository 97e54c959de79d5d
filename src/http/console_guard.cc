#include "http/console_guard.h"

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

bool is_local_request(const ConsoleRequest& request, uint16_t port) {
  return request.peer.is_loopback() && !request.head.forwarded && request.head.host.count == 1 &&
         names_this_machine(request.head.requested_host(), port);
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

bool ConsoleGuard::closed() const {
  return rights_ == ConsoleOptions::Rights::kReadOnly && !access_.has_token();
}

std::optional<Fault> ConsoleGuard::fault_of_page() const {
  if (!closed()) return std::nullopt;
  return Fault{404, ErrorCode::kNotFound, "the console is disabled; set ADMIN_TOKEN to enable it"};
}

std::variant<ConsoleSight, Fault> ConsoleGuard::validate(const ConsoleRequest& request) {
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
  return access.granted ? ConsoleSight::kEverything : ConsoleSight::kFigures;
}

std::optional<Fault> ConsoleGuard::fault_without_secret(const ConsoleRequest& request) const {
  const bool shows_figures =
      request.head.method != "POST" && !access_.has_token() && is_local_request(request, port_);
  if (shows_figures) return std::nullopt;
  return Fault{401, ErrorCode::kAuthentication,
               "the console requires ADMIN_TOKEN, or the secret of the link that hermod serve "
               "printed, as Authorization: Bearer"};
}

bool ConsoleGuard::admits_socket(const ConsoleRequest& request) const {
  return rights_ == ConsoleOptions::Rights::kFull && request.head.origin.present() &&
         is_own_origin(request.head) && is_local_request(request, port_);
}

}  // namespace hermod
