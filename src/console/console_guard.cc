#include "console/console_guard.h"

#include "http/header_text.h"

namespace hermod {
namespace {

std::optional<Fault> fault_of_change(const RequestHead& head) {
  if (!head.console.present()) {
    return make_fault(RefusalReason::kConsoleHeader);
  }
  const std::string_view type = head.content_type.value;
  std::string_view essence = type.substr(0, type.find(';'));
  while (essence.ends_with(' ')) essence.remove_suffix(1);
  if (head.content_type.count != 1 || !same_ignoring_case(essence, kJsonType)) {
    return make_fault(RefusalReason::kConsoleType, head.content_type.value);
  }
  return std::nullopt;
}

}  // namespace

bool ConsoleGuard::disabled() const {
  return rights_ == ConsoleOptions::Rights::kReadOnly && !access_.has_token();
}

std::optional<Fault> ConsoleGuard::fault_of_page() const {
  if (!disabled()) return std::nullopt;
  return make_fault(RefusalReason::kConsoleDisabled);
}

std::variant<ConsoleDetail, Fault> ConsoleGuard::validate(const HttpRequest& request) {
  if (const auto fault = fault_of_page()) return *fault;
  const AdminAccess::Decision access = access_.validate(request.head, request.peer);
  if (access.fault) return *access.fault;
  if (!access.granted) {
    if (const auto fault = fault_without_secret(request)) return *fault;
  }
  if (!is_own_origin(request.head)) {
    return make_fault(RefusalReason::kConsoleOrigin, request.head.origin.value);
  }
  if (request.head.method == "POST") {
    if (rights_ == ConsoleOptions::Rights::kReadOnly) {
      return make_fault(RefusalReason::kConsoleReadOnly, request.head.path);
    }
    if (const auto fault = fault_of_change(request.head)) return *fault;
  }
  return access.granted ? ConsoleDetail::kEverything : ConsoleDetail::kFigures;
}

std::optional<Fault> ConsoleGuard::fault_without_secret(const HttpRequest& request) const {
  const bool shows_figures =
      request.head.method != "POST" && !access_.has_token() && is_local(request);
  if (shows_figures) return std::nullopt;
  return make_fault(RefusalReason::kConsoleSecret, request.head.method + ' ' + request.head.path);
}

}  // namespace hermod
