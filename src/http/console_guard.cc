#include "http/console_guard.h"

#include <algorithm>
#include <charconv>

#include "http/header_text.h"

namespace hermod {
namespace {

constexpr std::string_view kBearerScheme = "Bearer ";
constexpr uint16_t kHttpPort = 80;

// Takes as long for a token that is wrong in its last byte as for one that is wrong in its first.
bool same_in_constant_time(std::string_view given, std::string_view wanted) {
  volatile unsigned char difference = given.size() == wanted.size() ? 0 : 1;
  for (size_t i = 0; i < given.size(); ++i) {
    const auto own = static_cast<unsigned char>(wanted[i % wanted.size()]);
    difference = difference | (static_cast<unsigned char>(given[i]) ^ own);
  }
  return difference == 0;
}

bool names_this_machine(std::string_view host, uint16_t port) {
  const size_t colon = host.find(':', host.starts_with('[') ? host.find(']') : 0);
  const std::string_view name = host.substr(0, colon);
  uint16_t named_port = kHttpPort;
  if (colon != std::string_view::npos) {
    const std::string_view digits = host.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), named_port);
    if (error != std::errc() || end != digits.data() + digits.size()) return false;
  }
  return named_port == port &&
         (same_ignoring_case(name, "localhost") || name == "127.0.0.1" || name == "[::1]");
}

std::optional<Fault> fault_of_change(const RequestHead& head) {
  if (!head.console.present()) {
    return Fault{403, ErrorCode::kAuthorization, "a change needs the header X-Hermod-Console"};
  }
  const std::string_view type = head.content_type.value;
  std::string_view essence = type.substr(0, type.find(';'));
  while (essence.ends_with(' ')) essence.remove_suffix(1);
  if (head.content_type.count != 1 || !same_ignoring_case(essence, kJsonType)) {
    return Fault{415, ErrorCode::kValidation, "a change is sent as application/json"};
  }
  return std::nullopt;
}

}  // namespace

bool is_local_request(const ConsoleRequest& request, uint16_t port) {
  return request.peer.is_loopback() && !request.head.forwarded &&
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

std::optional<Fault> ConsoleGuard::fault_of_page(const ConsoleRequest& request) const {
  if (options_.opening == ConsoleOptions::Opening::kClosed) {
    return Fault{404, ErrorCode::kNotFound, "the console is off; CONSOLE_TOKEN turns it on"};
  }
  if (options_.opening == ConsoleOptions::Opening::kLocal && !is_local_request(request, port_)) {
    return Fault{403, ErrorCode::kAuthorization,
                 "without CONSOLE_TOKEN the console is for this machine alone, as localhost, "
                 "127.0.0.1 or [::1] and through no proxy"};
  }
  return std::nullopt;
}

std::optional<Fault> ConsoleGuard::fault_of(const ConsoleRequest& request) {
  if (const auto fault = fault_of_page(request)) return fault;
  if (options_.opening == ConsoleOptions::Opening::kToken) {
    if (const auto fault = fault_of_token(request)) return fault;
  }
  if (!is_own_origin(request.head)) {
    return Fault{403, ErrorCode::kAuthorization, "the console answers its own page only"};
  }
  if (request.head.method != "POST") return std::nullopt;
  if (options_.rights == ConsoleOptions::Rights::kReadOnly) {
    return Fault{403, ErrorCode::kAuthorization, "in production the console only shows"};
  }
  return fault_of_change(request.head);
}

std::optional<Fault> ConsoleGuard::fault_of_token(const ConsoleRequest& request) {
  const int64_t now_ms = clock_.steady_ms();
  if (const int64_t blocked_ms = admission_.blocked_for_ms(request.peer, now_ms); blocked_ms > 0) {
    return Fault{429, ErrorCode::kRateLimit, "too many bad tokens came from this address",
                 (blocked_ms + 999) / 1000};
  }
  const std::string_view given = request.head.authorization.value;
  const bool bearer = same_ignoring_case(given.substr(0, kBearerScheme.size()), kBearerScheme);
  if (bearer && same_in_constant_time(given.substr(kBearerScheme.size()), options_.token)) {
    return std::nullopt;
  }
  if (bearer) admission_.on_failed_token(request.peer, now_ms);
  return Fault{401, ErrorCode::kAuthentication,
               "the console takes CONSOLE_TOKEN as Authorization: Bearer"};
}

bool ConsoleGuard::admits_socket(const ConsoleRequest& request) const {
  return options_.opening != ConsoleOptions::Opening::kClosed &&
         options_.rights == ConsoleOptions::Rights::kFull && request.head.origin.present() &&
         is_own_origin(request.head) && is_local_request(request, port_);
}

}  // namespace hermod
